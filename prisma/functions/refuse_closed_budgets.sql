CREATE OR REPLACE FUNCTION public.refuse_closed_budgets()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
-- A plan and a month are one number here: the id of the plan times 100 plus the number of the month, which is 0 for the line as
-- a whole. So a line without any amount, too, names its plan, which must be a draft.
DECLARE
  touched bigint[];
  plans bigint[];
BEGIN
  CASE TG_OP
    WHEN 'INSERT' THEN
      SELECT array_agg(DISTINCT plan_version_id * 100 + month) INTO touched
      FROM after_rows line, unnest(0 || months_that_differ(NULL, months_of(ROW(line.*)::plan_lines))) AS month;
    WHEN 'UPDATE' THEN
      SELECT array_agg(DISTINCT plan_version_id * 100 + month) INTO touched
      FROM before_rows earlier FULL JOIN after_rows later USING (plan_version_id, service_id),
        unnest(0 || months_that_differ(months_of(ROW(earlier.*)::plan_lines), months_of(ROW(later.*)::plan_lines))) AS month;
    WHEN 'DELETE' THEN
      SELECT array_agg(DISTINCT plan_version_id * 100 + month) INTO touched
      FROM before_rows line, unnest(0 || months_that_differ(months_of(ROW(line.*)::plan_lines), NULL)) AS month;
  END CASE;
  IF touched IS NULL THEN
    RETURN NULL;
  END IF;
  plans := ARRAY(SELECT DISTINCT month / 100 FROM unnest(touched) AS month);
  IF (
    SELECT bool_or(state NOT IN ('DRAFT', 'RETURNED'))
    FROM (SELECT state FROM plan_versions WHERE id = ANY (plans) ORDER BY id FOR SHARE) AS held
  ) THEN
    RAISE EXCEPTION 'plan is not a draft' USING ERRCODE = 'OP002', CONSTRAINT = 'plan_lines_plan_is_draft';
  END IF;
  PERFORM hold_open(ARRAY(
    SELECT period.id FROM plan_versions plan JOIN periods period USING (fiscal_year_id)
    WHERE plan.is_current AND plan.id = ANY (plans) AND plan.id * 100 + number = ANY (touched)
  ), 'plan_lines_period_open');
  RETURN NULL;
END $function$;
