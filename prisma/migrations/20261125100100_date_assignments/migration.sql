-- Whose cost a service is, is dated: who owns it, whether it is shared, and by which keys. The service shows the latest.

CREATE TABLE service_assignments (
  service_id integer NOT NULL REFERENCES services ON DELETE CASCADE,
  valid_from date NOT NULL CHECK (valid_from = date_trunc('month', valid_from)),
  service_type text NOT NULL CHECK (service_type IN ('Shared', 'Dedicated')),
  entity_id integer REFERENCES entities ON DELETE RESTRICT,
  budget_key_id integer REFERENCES allocation_keys ON DELETE RESTRICT,
  actual_key_id integer REFERENCES allocation_keys ON DELETE RESTRICT,
  PRIMARY KEY (service_id, valid_from),
  CONSTRAINT service_assignments_shared_has_no_entity CHECK (service_type = 'Dedicated' OR entity_id IS NULL)
);
COMMENT ON TABLE service_assignments IS 'Whose cost a service is from a month on, until the next one; the first is from the beginning.';
CREATE INDEX service_assignments_entity_id_idx ON service_assignments (entity_id);
CREATE INDEX service_assignments_budget_key_id_idx ON service_assignments (budget_key_id);
CREATE INDEX service_assignments_actual_key_id_idx ON service_assignments (actual_key_id);

INSERT INTO service_assignments (service_id, valid_from, service_type, entity_id, budget_key_id, actual_key_id)
SELECT id, DATE '0001-01-01', service_type, entity_id, budget_key_id, actual_key_id FROM services;

---------------------------------------------------------------- services and their assignments tell the same
CREATE FUNCTION begin_assignments() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO service_assignments (service_id, valid_from, service_type, entity_id, budget_key_id, actual_key_id)
  SELECT id, DATE '0001-01-01', service_type, entity_id, budget_key_id, actual_key_id FROM changed;
  RETURN NULL;
END $$;
CREATE TRIGGER begin_assignments AFTER INSERT ON services
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION begin_assignments();

-- A change counts from the day that the writer names (opex.assigned_from), else from the day after the last closed month. What
-- changes is changed from there on; what does not, stays as it was at any time.
CREATE FUNCTION change_assignments() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  from_day date := coalesce(
    nullif(current_setting('opex.assigned_from', true), '')::date,
    (SELECT max(end_date) + 1 FROM periods WHERE state = 'CLOSED'),
    DATE '0001-01-01');
  other_owner boolean := (NEW.service_type, NEW.entity_id) IS DISTINCT FROM (OLD.service_type, OLD.entity_id);
  other_budget_key boolean := NEW.budget_key_id IS DISTINCT FROM OLD.budget_key_id;
  other_actual_key boolean := NEW.actual_key_id IS DISTINCT FROM OLD.actual_key_id;
BEGIN
  IF current_setting('opex.merging', true) = 'on' OR EXISTS ( -- the assignment was changed first, and the service follows it
    SELECT FROM (SELECT * FROM service_assignments WHERE service_id = NEW.id ORDER BY valid_from DESC LIMIT 1) AS latest
    WHERE (service_type, entity_id, budget_key_id, actual_key_id)
      IS NOT DISTINCT FROM (NEW.service_type, NEW.entity_id, NEW.budget_key_id, NEW.actual_key_id)
  ) THEN
    RETURN NULL;
  END IF;
  INSERT INTO service_assignments (service_id, valid_from, service_type, entity_id, budget_key_id, actual_key_id)
  SELECT service_id, from_day, service_type, entity_id, budget_key_id, actual_key_id FROM service_assignments
  WHERE service_id = NEW.id AND valid_from <= from_day ORDER BY valid_from DESC LIMIT 1
  ON CONFLICT DO NOTHING;
  UPDATE service_assignments SET
    service_type = CASE WHEN other_owner THEN NEW.service_type ELSE service_type END,
    entity_id = CASE WHEN other_owner THEN NEW.entity_id ELSE entity_id END,
    budget_key_id = CASE WHEN other_budget_key THEN NEW.budget_key_id ELSE budget_key_id END,
    actual_key_id = CASE WHEN other_actual_key THEN NEW.actual_key_id ELSE actual_key_id END
  WHERE service_id = NEW.id AND valid_from >= from_day;
  RETURN NULL;
END $$;
CREATE TRIGGER change_assignments AFTER UPDATE OF service_type, entity_id, budget_key_id, actual_key_id ON services
FOR EACH ROW WHEN (
  (NEW.service_type, NEW.entity_id, NEW.budget_key_id, NEW.actual_key_id)
  IS DISTINCT FROM (OLD.service_type, OLD.entity_id, OLD.budget_key_id, OLD.actual_key_id)
) EXECUTE FUNCTION change_assignments();

CREATE FUNCTION show_latest_assignment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE services s SET service_type = latest.service_type, entity_id = latest.entity_id,
    budget_key_id = latest.budget_key_id, actual_key_id = latest.actual_key_id, version = s.version + 1
  FROM (
    SELECT DISTINCT ON (service_id) * FROM service_assignments
    WHERE service_id IN (SELECT service_id FROM changed) ORDER BY service_id, valid_from DESC
  ) AS latest
  WHERE s.id = latest.service_id AND (s.service_type, s.entity_id, s.budget_key_id, s.actual_key_id)
    IS DISTINCT FROM (latest.service_type, latest.entity_id, latest.budget_key_id, latest.actual_key_id);
  RETURN NULL;
END $$;
-- Not where the service itself was changed, and its assignments are on their way there.
CREATE TRIGGER show_latest_assignment_of_new AFTER INSERT ON service_assignments
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION show_latest_assignment();
CREATE TRIGGER show_latest_assignment_of_changed AFTER UPDATE ON service_assignments
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION show_latest_assignment();
CREATE TRIGGER show_latest_assignment_of_gone AFTER DELETE ON service_assignments
REFERENCING OLD TABLE AS changed FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION show_latest_assignment();

---------------------------------------------------------------- what is closed stays closed
-- An assignment counts until the next one, so those months must be open in which something becomes different. Writers hold
-- them together; closing one waits for them, and they for it. Two entities that become one (opex.merging) change no report.
CREATE FUNCTION refuse_closed_assignments() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  said service_assignments := coalesce(NEW, OLD);
  first_day date := least(OLD.valid_from, NEW.valid_from);
  last_day date := greatest(OLD.valid_from, NEW.valid_from);
  next_day date := (SELECT min(valid_from) FROM service_assignments WHERE service_id = said.service_id AND valid_from > last_day);
  closed date;
BEGIN
  IF current_setting('opex.merging', true) = 'on' THEN RETURN said; END IF;
  IF TG_OP = 'UPDATE' THEN
    IF NEW IS NOT DISTINCT FROM OLD THEN RETURN NEW; END IF;
  ELSIF TG_OP = 'DELETE' AND NOT EXISTS (SELECT FROM services WHERE id = said.service_id)
    OR TG_OP = 'INSERT' AND NOT EXISTS (SELECT FROM service_assignments WHERE service_id = said.service_id)
    OR EXISTS ( -- it says what the one before it says
      SELECT FROM (
        SELECT * FROM service_assignments WHERE service_id = said.service_id AND valid_from < first_day ORDER BY valid_from DESC LIMIT 1
      ) AS earlier
      WHERE (service_type, entity_id, budget_key_id, actual_key_id) IS NOT DISTINCT FROM (said.service_type, said.entity_id, said.budget_key_id, said.actual_key_id)
    )
  THEN
    RETURN said;
  END IF;
  SELECT min(start_date) FILTER (WHERE state = 'CLOSED') INTO closed FROM (
    SELECT start_date, state FROM periods
    WHERE start_date >= first_day AND (next_day IS NULL OR start_date < next_day) ORDER BY id FOR SHARE
  ) AS touched;
  IF closed IS NOT NULL THEN
    RAISE EXCEPTION 'the month from % is closed', closed USING ERRCODE = 'OP001', CONSTRAINT = 'service_assignments_period_open';
  END IF;
  RETURN said;
END $$;
CREATE TRIGGER refuse_closed_assignments BEFORE INSERT OR UPDATE OR DELETE ON service_assignments
FOR EACH ROW EXECUTE FUNCTION refuse_closed_assignments();

---------------------------------------------------------------- figures follow assignments
DROP TRIGGER mark_due_figures_of_new ON services;
DROP TRIGGER mark_due_figures_of_gone ON services;
DROP TRIGGER mark_due_figures_of_row ON services;
CREATE OR REPLACE FUNCTION mark_due_figures() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  CASE TG_TABLE_NAME
    WHEN 'plan_lines' THEN
      INSERT INTO due_figures (service_id, fiscal_year_id)
      SELECT DISTINCT changed.service_id, plan.fiscal_year_id FROM changed JOIN plan_versions plan ON plan.id = changed.plan_version_id
      ON CONFLICT DO NOTHING;
    WHEN 'actuals', 'purchase_splits' THEN
      INSERT INTO due_figures (service_id, fiscal_year_id) SELECT DISTINCT service_id, fiscal_year_id FROM changed
      ON CONFLICT DO NOTHING;
    WHEN 'service_assignments' THEN
      INSERT INTO due_figures (service_id, fiscal_year_id)
      SELECT changed.service_id, year.id FROM changed JOIN fiscal_years year ON year.end_date >= changed.valid_from
      ON CONFLICT DO NOTHING;
    WHEN 'allocation_drivers' THEN
      INSERT INTO due_figures (service_id, fiscal_year_id)
      SELECT used.service_id, year.id FROM (
        SELECT DISTINCT version.allocation_key_id, version.valid_from
        FROM changed JOIN allocation_key_versions version ON version.id = changed.allocation_key_version_id
      ) AS begun
      JOIN service_assignments used ON begun.allocation_key_id IN (used.budget_key_id, used.actual_key_id)
      JOIN fiscal_years year ON year.end_date >= begun.valid_from
      ON CONFLICT DO NOTHING;
    WHEN 'allocation_key_versions' THEN
      INSERT INTO due_figures (service_id, fiscal_year_id)
      SELECT used.service_id, year.id FROM changed
      JOIN service_assignments used ON changed.allocation_key_id IN (used.budget_key_id, used.actual_key_id)
      JOIN fiscal_years year ON year.end_date >= changed.valid_from
      ON CONFLICT DO NOTHING;
    WHEN 'periods' THEN -- a key is in force from the start of a period, so shares begin to exist with the periods
      INSERT INTO due_figures (service_id, fiscal_year_id)
      SELECT s.id, begun.fiscal_year_id FROM services s CROSS JOIN (SELECT DISTINCT fiscal_year_id FROM changed) AS begun
      ON CONFLICT DO NOTHING;
  END CASE;
  RETURN NULL;
END $$;
CREATE TRIGGER mark_due_figures_of_new AFTER INSERT ON service_assignments
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mark_due_figures();
CREATE TRIGGER mark_due_figures_of_before AFTER UPDATE ON service_assignments
REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mark_due_figures();
CREATE TRIGGER mark_due_figures_of_after AFTER UPDATE ON service_assignments
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mark_due_figures();
CREATE TRIGGER mark_due_figures_of_gone AFTER DELETE ON service_assignments
REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mark_due_figures();
CREATE TRIGGER mark_due_figures_of_row AFTER UPDATE OF tower_id, vendor_id ON services
FOR EACH ROW WHEN ((NEW.tower_id, NEW.vendor_id) IS DISTINCT FROM (OLD.tower_id, OLD.vendor_id)) EXECUTE FUNCTION mark_due_figures_of_row();
