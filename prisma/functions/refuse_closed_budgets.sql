CREATE OR REPLACE FUNCTION public.refuse_closed_budgets()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
DECLARE
  moved boolean := TG_OP = 'UPDATE' AND (OLD.service_id, OLD.plan_version_id) <> (NEW.service_id, NEW.plan_version_id);
  old_months numeric[] := CASE WHEN TG_OP <> 'INSERT' THEN months_of(OLD) END;
  new_months numeric[] := CASE WHEN TG_OP <> 'DELETE' THEN months_of(NEW) END;
BEGIN
  PERFORM hold_open(ARRAY(
    SELECT period.id
    FROM (
      SELECT id, fiscal_year_id, is_current FROM plan_versions
      WHERE id IN (OLD.plan_version_id, NEW.plan_version_id) ORDER BY id FOR SHARE
    ) AS plan
    JOIN periods period USING (fiscal_year_id)
    WHERE plan.is_current AND CASE WHEN moved
      THEN plan.id = OLD.plan_version_id AND old_months[number] IS NOT NULL
        OR plan.id = NEW.plan_version_id AND new_months[number] IS NOT NULL
      ELSE old_months[number] IS DISTINCT FROM new_months[number] END
  ), 'plan_lines_period_open');
  RETURN NULL;
END $function$;
