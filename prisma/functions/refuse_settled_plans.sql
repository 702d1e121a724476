CREATE OR REPLACE FUNCTION public.refuse_settled_plans()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF (
    SELECT bool_or(state NOT IN ('DRAFT', 'RETURNED'))
    FROM (SELECT state FROM plan_versions WHERE id IN (OLD.plan_version_id, NEW.plan_version_id) ORDER BY id FOR SHARE) AS plans
  ) THEN
    RAISE EXCEPTION 'plan is not a draft' USING ERRCODE = 'OP002', CONSTRAINT = 'plan_lines_plan_is_draft';
  END IF;
  RETURN coalesce(NEW, OLD);
END $function$;
