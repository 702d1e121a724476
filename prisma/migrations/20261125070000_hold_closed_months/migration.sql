-- A closed month keeps every fact that a report of it is made of, whoever writes: actuals, the current plan's budget,
-- the versions of keys, and rates. Each rule looks after the write, so that an upsert is judged by what it changes.

ALTER TABLE periods ADD COLUMN state_since timestamptz(3);
COMMENT ON COLUMN periods.state_since IS 'When it came to its state; NULL: it has been open from the beginning.';

-- A writer who brings months from elsewhere says since when; for everybody else it is now.
CREATE FUNCTION date_period_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state_since IS NOT DISTINCT FROM OLD.state_since THEN
    NEW.state_since := now();
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER date_period_state BEFORE UPDATE OF state ON periods
FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION date_period_state();
CREATE TRIGGER date_first_period_state BEFORE INSERT ON periods
FOR EACH ROW WHEN (NEW.state <> 'OPEN') EXECUTE FUNCTION date_period_state();

-- Months are closed at the SQL prompt too, and every process shows their state from memory.
CREATE FUNCTION tell_of_period_states() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE cache_tags SET version = version + 1 WHERE tag = 'masters';
  RETURN NULL;
END $$;
CREATE TRIGGER tell_of_period_states AFTER UPDATE OF state ON periods
FOR EACH STATEMENT EXECUTE FUNCTION tell_of_period_states();

CREATE FUNCTION keep_closed_periods() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'closed by periods_closed_stay: %', to_char(OLD.start_date, 'Mon YYYY') USING ERRCODE = 'OP001', CONSTRAINT = 'periods_closed_stay';
END $$;
CREATE TRIGGER keep_closed_periods BEFORE DELETE ON periods
FOR EACH ROW WHEN (OLD.state = 'CLOSED') EXECUTE FUNCTION keep_closed_periods();
CREATE TRIGGER keep_place_of_closed_periods BEFORE UPDATE ON periods
FOR EACH ROW WHEN (OLD.state = 'CLOSED' AND (OLD.fiscal_year_id, OLD.number, OLD.start_date, OLD.end_date)
  IS DISTINCT FROM (NEW.fiscal_year_id, NEW.number, NEW.start_date, NEW.end_date))
EXECUTE FUNCTION keep_closed_periods();

-- Writers hold the months they touch together; closing one of them waits for them, and they for it. The state is
-- looked at outside, in the rows as they are once they are locked.
CREATE FUNCTION hold_open(period_ids integer[], rule text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  closed text;
BEGIN
  SELECT string_agg(to_char(start_date, 'Mon YYYY'), ', ' ORDER BY start_date) FILTER (WHERE state = 'CLOSED') INTO closed
  FROM (SELECT start_date, state FROM periods WHERE id = ANY (period_ids) ORDER BY id FOR SHARE) AS held;
  IF closed IS NOT NULL THEN
    RAISE EXCEPTION 'closed by %: %', rule, closed USING ERRCODE = 'OP001', CONSTRAINT = rule;
  END IF;
END $$;

---------------------------------------------------------------- actuals and budgets
CREATE FUNCTION months_of(line plan_lines) RETURNS numeric[] LANGUAGE sql IMMUTABLE
RETURN ARRAY[line.m01, line.m02, line.m03, line.m04, line.m05, line.m06, line.m07, line.m08, line.m09, line.m10, line.m11, line.m12];
CREATE FUNCTION months_of(line actuals) RETURNS numeric[] LANGUAGE sql IMMUTABLE
RETURN ARRAY[line.m01, line.m02, line.m03, line.m04, line.m05, line.m06, line.m07, line.m08, line.m09, line.m10, line.m11, line.m12];

-- What moves to another service, year or plan leaves the one and enters the other.
CREATE OR REPLACE FUNCTION refuse_closed_periods() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  moved boolean := TG_OP = 'UPDATE' AND (OLD.service_id, OLD.fiscal_year_id) <> (NEW.service_id, NEW.fiscal_year_id);
  old_months numeric[] := CASE WHEN TG_OP <> 'INSERT' THEN months_of(OLD) END;
  new_months numeric[] := CASE WHEN TG_OP <> 'DELETE' THEN months_of(NEW) END;
BEGIN
  PERFORM hold_open(ARRAY(
    SELECT id FROM periods
    WHERE fiscal_year_id IN (OLD.fiscal_year_id, NEW.fiscal_year_id) AND CASE WHEN moved
      THEN fiscal_year_id = OLD.fiscal_year_id AND old_months[number] IS NOT NULL
        OR fiscal_year_id = NEW.fiscal_year_id AND new_months[number] IS NOT NULL
      ELSE old_months[number] IS DISTINCT FROM new_months[number] END
  ), 'actuals_period_open');
  RETURN NULL;
END $$;
DROP TRIGGER refuse_closed_periods ON actuals;
CREATE TRIGGER hold_closed_months AFTER INSERT OR UPDATE OR DELETE ON actuals
FOR EACH ROW EXECUTE FUNCTION refuse_closed_periods();

CREATE FUNCTION refuse_closed_budgets() RETURNS trigger LANGUAGE plpgsql AS $$
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
END $$;
CREATE TRIGGER hold_closed_months AFTER INSERT OR UPDATE OR DELETE ON plan_lines
FOR EACH ROW EXECUTE FUNCTION refuse_closed_budgets();

-- Another plan becomes the current one in two statements, so the commit compares: with the plan that was current
-- before the first of them.
CREATE FUNCTION remember_current_plan() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  name text := 'opex.current_plan_of_year_' || NEW.fiscal_year_id;
BEGIN
  IF coalesce(current_setting(name, true), '') = '' THEN
    PERFORM set_config(name, CASE WHEN OLD.is_current THEN OLD.id ELSE 0 END::text, true);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER remember_current_plan AFTER UPDATE OF is_current ON plan_versions
FOR EACH ROW WHEN (OLD.is_current <> NEW.is_current) EXECUTE FUNCTION remember_current_plan();

CREATE FUNCTION refuse_switched_budgets() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  before_id integer := current_setting('opex.current_plan_of_year_' || NEW.fiscal_year_id)::integer;
  now_id integer := (SELECT id FROM plan_versions WHERE fiscal_year_id = NEW.fiscal_year_id AND is_current);
BEGIN
  PERFORM hold_open(ARRAY(
    SELECT id FROM periods
    WHERE fiscal_year_id = NEW.fiscal_year_id AND EXISTS (
      SELECT FROM (SELECT service_id, months_of(line) AS months FROM plan_lines line WHERE plan_version_id = before_id) AS earlier
      FULL JOIN (SELECT service_id, months_of(line) AS months FROM plan_lines line WHERE plan_version_id = now_id) AS later
        USING (service_id)
      WHERE coalesce(earlier.months[number], 0) <> coalesce(later.months[number], 0))
  ), 'plan_versions_period_open');
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER hold_closed_months AFTER UPDATE OF is_current ON plan_versions
DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (OLD.is_current <> NEW.is_current) EXECUTE FUNCTION refuse_switched_budgets();

CREATE FUNCTION refuse_moved_plans() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM hold_open(
    ARRAY(SELECT id FROM periods WHERE fiscal_year_id IN (OLD.fiscal_year_id, NEW.fiscal_year_id)), 'plan_versions_period_open');
  RETURN NULL;
END $$;
CREATE TRIGGER hold_moved_plans AFTER UPDATE OF fiscal_year_id ON plan_versions
FOR EACH ROW WHEN (OLD.fiscal_year_id <> NEW.fiscal_year_id AND (OLD.is_current OR NEW.is_current))
EXECUTE FUNCTION refuse_moved_plans();

---------------------------------------------------------------- keys
-- The months that a version with this date is in force for: from it until the next other one.
CREATE FUNCTION periods_of_key_version(version_id integer, key_id integer, version_from date) RETURNS integer[]
LANGUAGE sql STABLE
RETURN ARRAY(
  SELECT id FROM periods
  WHERE start_date >= version_from AND start_date < coalesce((
    SELECT min(valid_from) FROM allocation_key_versions
    WHERE allocation_key_id = key_id AND valid_from > version_from AND id <> version_id), 'infinity'));

-- One writer of a key at a time: which months a version is in force for depends on its neighbours.
CREATE FUNCTION refuse_closed_key_versions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM allocation_keys WHERE id IN (OLD.allocation_key_id, NEW.allocation_key_id) ORDER BY id FOR NO KEY UPDATE;
  PERFORM hold_open(
    periods_of_key_version(OLD.id, OLD.allocation_key_id, OLD.valid_from)
      || periods_of_key_version(NEW.id, NEW.allocation_key_id, NEW.valid_from),
    'allocation_keys_period_open');
  RETURN NULL;
END $$;
CREATE TRIGGER hold_closed_months AFTER INSERT OR UPDATE OR DELETE ON allocation_key_versions
FOR EACH ROW EXECUTE FUNCTION refuse_closed_key_versions();

CREATE FUNCTION refuse_closed_drivers() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  version record;
BEGIN
  FOR version IN
    SELECT id, allocation_key_id, valid_from FROM allocation_key_versions
    WHERE id IN (OLD.allocation_key_version_id, NEW.allocation_key_version_id) ORDER BY id
  LOOP
    PERFORM FROM allocation_keys WHERE id = version.allocation_key_id FOR NO KEY UPDATE;
    PERFORM hold_open(
      periods_of_key_version(version.id, version.allocation_key_id, version.valid_from), 'allocation_keys_period_open');
  END LOOP;
  RETURN NULL;
END $$;
CREATE TRIGGER hold_closed_months AFTER INSERT OR UPDATE OR DELETE ON allocation_drivers
FOR EACH ROW EXECUTE FUNCTION refuse_closed_drivers();

---------------------------------------------------------------- rates
-- An actual rate is of its month, a plan rate of its whole year.
CREATE FUNCTION periods_of_rate(rate currency_rates) RETURNS integer[] LANGUAGE sql STABLE
RETURN ARRAY(
  SELECT period.id FROM fiscal_years year JOIN periods period ON period.fiscal_year_id = year.id
  WHERE rate.effective_date BETWEEN year.start_date AND year.end_date
    AND (rate.rate_set = 'PLAN' OR rate.effective_date BETWEEN period.start_date AND period.end_date));

CREATE FUNCTION refuse_closed_rates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM hold_open(periods_of_rate(OLD) || periods_of_rate(NEW), 'currency_rates_period_open');
  RETURN NULL;
END $$;
CREATE TRIGGER hold_closed_months AFTER INSERT OR DELETE ON currency_rates
FOR EACH ROW EXECUTE FUNCTION refuse_closed_rates();
CREATE TRIGGER hold_closed_months_of_changed_rates AFTER UPDATE ON currency_rates
FOR EACH ROW WHEN ((OLD.rate_set, OLD.currency_id, OLD.effective_date, OLD.rate)
  IS DISTINCT FROM (NEW.rate_set, NEW.currency_id, NEW.effective_date, NEW.rate))
EXECUTE FUNCTION refuse_closed_rates();
