-- Budgets and actuals are judged once a statement instead of once a row: a hundred rows ask for the same plan and months.

CREATE OR REPLACE FUNCTION months_that_differ(before numeric[], after numeric[]) RETURNS bigint[]
LANGUAGE sql IMMUTABLE
RETURN ARRAY(SELECT number FROM unnest(before, after) WITH ORDINALITY AS month (was, becomes, number) WHERE was IS DISTINCT FROM becomes);

-- A line that comes to another plan or service leaves the one and is new in the other. A month of a plan is written as
-- one number, a hundred times the plan and the month; month 0 is the plan itself, which every change touches.
DROP TRIGGER hold_closed_months ON plan_lines;
DROP TRIGGER refuse_settled_plans ON plan_lines;
DROP FUNCTION refuse_settled_plans;
CREATE OR REPLACE FUNCTION refuse_closed_budgets() RETURNS trigger LANGUAGE plpgsql AS $$
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
END $$;
CREATE TRIGGER hold_closed_months_of_new AFTER INSERT ON plan_lines
REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION refuse_closed_budgets();
CREATE TRIGGER hold_closed_months_of_changed AFTER UPDATE ON plan_lines
REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION refuse_closed_budgets();
CREATE TRIGGER hold_closed_months_of_gone AFTER DELETE ON plan_lines
REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION refuse_closed_budgets();

-- The same of actuals, which hang on a year instead of a plan. Those of another entity are still those of their month.
DROP TRIGGER hold_closed_months ON actuals;
CREATE OR REPLACE FUNCTION refuse_closed_periods() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  touched bigint[];
BEGIN
  CASE TG_OP
    WHEN 'INSERT' THEN
      SELECT array_agg(DISTINCT fiscal_year_id * 100 + month) INTO touched
      FROM after_rows line, unnest(months_that_differ(NULL, months_of(ROW(line.*)::actuals))) AS month;
    WHEN 'UPDATE' THEN
      SELECT array_agg(DISTINCT fiscal_year_id * 100 + month) INTO touched
      FROM before_rows earlier FULL JOIN after_rows later USING (id, fiscal_year_id, service_id),
        unnest(months_that_differ(months_of(ROW(earlier.*)::actuals), months_of(ROW(later.*)::actuals))) AS month;
    WHEN 'DELETE' THEN
      SELECT array_agg(DISTINCT fiscal_year_id * 100 + month) INTO touched
      FROM before_rows line, unnest(months_that_differ(months_of(ROW(line.*)::actuals), NULL)) AS month;
  END CASE;
  IF touched IS NOT NULL THEN
    PERFORM hold_open(ARRAY(
      SELECT id FROM periods WHERE fiscal_year_id * 100 + number = ANY (touched)
    ), 'actuals_period_open');
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER hold_closed_months_of_new AFTER INSERT ON actuals
REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION refuse_closed_periods();
CREATE TRIGGER hold_closed_months_of_changed AFTER UPDATE ON actuals
REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION refuse_closed_periods();
CREATE TRIGGER hold_closed_months_of_gone AFTER DELETE ON actuals
REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION refuse_closed_periods();
