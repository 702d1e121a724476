-- What a writer checked must still hold when it commits: each check now locks what it looks at.

-- Writers hold the months they touch together; closing one of them waits for them, and they for it.
CREATE OR REPLACE FUNCTION refuse_closed_periods() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  closed integer;
  old_months numeric[] := CASE WHEN TG_OP <> 'INSERT' THEN ARRAY[OLD.m01, OLD.m02, OLD.m03, OLD.m04, OLD.m05, OLD.m06, OLD.m07, OLD.m08, OLD.m09, OLD.m10, OLD.m11, OLD.m12] END;
  new_months numeric[] := CASE WHEN TG_OP <> 'DELETE' THEN ARRAY[NEW.m01, NEW.m02, NEW.m03, NEW.m04, NEW.m05, NEW.m06, NEW.m07, NEW.m08, NEW.m09, NEW.m10, NEW.m11, NEW.m12] END;
  moved boolean := TG_OP = 'UPDATE' AND (OLD.service_id, OLD.fiscal_year_id) <> (NEW.service_id, NEW.fiscal_year_id);
BEGIN
  -- The state is looked at outside, in the rows as they are once they are locked.
  SELECT min(number) FILTER (WHERE state = 'CLOSED') INTO closed FROM (
    SELECT number, state FROM periods
    WHERE fiscal_year_id IN (OLD.fiscal_year_id, NEW.fiscal_year_id) AND CASE WHEN moved
      THEN fiscal_year_id = OLD.fiscal_year_id AND old_months[number] IS NOT NULL
        OR fiscal_year_id = NEW.fiscal_year_id AND new_months[number] IS NOT NULL
      ELSE old_months[number] IS DISTINCT FROM new_months[number] END
    ORDER BY id FOR SHARE
  ) AS touched;
  IF closed IS NOT NULL THEN
    RAISE EXCEPTION 'period % is closed', closed USING ERRCODE = 'OP001', CONSTRAINT = 'actuals_period_open';
  END IF;
  RETURN coalesce(NEW, OLD);
END $$;

CREATE OR REPLACE FUNCTION refuse_settled_plans() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (
    SELECT bool_or(state NOT IN ('DRAFT', 'RETURNED'))
    FROM (SELECT state FROM plan_versions WHERE id IN (OLD.plan_version_id, NEW.plan_version_id) ORDER BY id FOR SHARE) AS plans
  ) THEN
    RAISE EXCEPTION 'plan is not a draft' USING ERRCODE = 'OP002', CONSTRAINT = 'plan_lines_plan_is_draft';
  END IF;
  RETURN coalesce(NEW, OLD);
END $$;

-- One new parent at a time: two at once would each find the chain of the other as it was. A new service is nobody's parent yet.
CREATE OR REPLACE FUNCTION refuse_parent_loop() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.parent_id IS DISTINCT FROM OLD.parent_id THEN
    PERFORM pg_advisory_xact_lock(hashtext('services.parent_id'));
  END IF;
  IF EXISTS (
    WITH RECURSIVE chain AS (
      SELECT NEW.parent_id AS id
      UNION
      SELECT parent.parent_id FROM chain JOIN services parent ON parent.id = chain.id WHERE parent.parent_id IS NOT NULL
    )
    SELECT FROM chain WHERE id = NEW.id
  ) THEN
    RAISE EXCEPTION 'parent loop' USING ERRCODE = 'OP003', CONSTRAINT = 'services_no_parent_loop';
  END IF;
  RETURN NEW;
END $$;

-- Figures are computed from all facts of a service. Of two writers of its facts the second must compute after the
-- first has committed, with facts read after that: its row is locked, then a new statement reads.
ALTER FUNCTION refresh_figures(integer[], integer[]) RENAME TO compute_figures;
CREATE FUNCTION refresh_figures(service_ids integer[], year_ids integer[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM services WHERE id = ANY (service_ids) ORDER BY id FOR NO KEY UPDATE;
  PERFORM compute_figures(service_ids, year_ids);
END $$;
