-- Figures are computed by the server's one engine, no longer here. A fact only marks which service and year are due.

DROP FUNCTION roll_up_insert_net_figures() CASCADE;
DROP FUNCTION roll_up_update_net_figures() CASCADE;
DROP FUNCTION roll_up_delete_net_figures() CASCADE;
DROP FUNCTION refresh_figures_of_plan_lines() CASCADE;
DROP FUNCTION refresh_figures_of_actuals() CASCADE;
DROP FUNCTION refresh_figures_of_purchase_splits() CASCADE;
DROP FUNCTION refresh_figures_of_services() CASCADE;
DROP FUNCTION refresh_figures_of_allocation_drivers() CASCADE;
DROP FUNCTION refresh_figures_of_key_version() CASCADE;
DROP FUNCTION refresh_figures_of_years() CASCADE;
DROP FUNCTION refresh_figures_of_new_periods() CASCADE;
DROP FUNCTION refresh_figures_of_current_plan() CASCADE;
DROP FUNCTION refresh_all_figures();
DROP FUNCTION refresh_figures(integer[], integer[]);
DROP FUNCTION compute_figures(integer[], integer[]);
DROP FUNCTION figures_are_deferred();

-- Net figures follow their facts a moment later, so for that moment they may speak of what is gone.
ALTER TABLE service_entity_years
  DROP CONSTRAINT service_entity_years_fiscal_year_id_fkey,
  DROP CONSTRAINT service_entity_years_service_id_fkey,
  DROP CONSTRAINT service_entity_years_entity_id_fkey,
  DROP CONSTRAINT service_entity_years_tower_id_fkey,
  DROP CONSTRAINT service_entity_years_vendor_id_fkey;
ALTER TABLE vendor_entity_years
  DROP CONSTRAINT vendor_entity_years_vendor_id_fkey,
  DROP CONSTRAINT vendor_entity_years_entity_id_fkey;
DROP INDEX service_entity_years_tower_id_idx;
DROP INDEX service_entity_years_vendor_id_idx;

CREATE TABLE due_figures (
  marked_by bigint NOT NULL DEFAULT (pg_current_xact_id()::text::bigint),
  service_id integer NOT NULL,
  fiscal_year_id integer NOT NULL,
  PRIMARY KEY (marked_by, service_id, fiscal_year_id)
);
COMMENT ON TABLE due_figures IS 'Figures that wait to be computed, by the transaction whose facts they follow.';

-- Each trigger names the rows of its statement "changed": a change of rows has two triggers, for what they were and what they are.
CREATE FUNCTION mark_due_figures() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  CASE TG_TABLE_NAME
    WHEN 'plan_lines' THEN
      INSERT INTO due_figures (service_id, fiscal_year_id)
      SELECT DISTINCT changed.service_id, plan.fiscal_year_id FROM changed JOIN plan_versions plan ON plan.id = changed.plan_version_id
      ON CONFLICT DO NOTHING;
    WHEN 'actuals', 'purchase_splits' THEN
      INSERT INTO due_figures (service_id, fiscal_year_id) SELECT DISTINCT service_id, fiscal_year_id FROM changed
      ON CONFLICT DO NOTHING;
    WHEN 'allocation_drivers' THEN
      INSERT INTO due_figures (service_id, fiscal_year_id)
      SELECT s.id, year.id FROM (
        SELECT DISTINCT version.allocation_key_id, version.valid_from
        FROM changed JOIN allocation_key_versions version ON version.id = changed.allocation_key_version_id
      ) AS begun
      JOIN services s ON begun.allocation_key_id IN (s.budget_key_id, s.actual_key_id)
      JOIN fiscal_years year ON year.end_date >= begun.valid_from
      ON CONFLICT DO NOTHING;
    WHEN 'allocation_key_versions' THEN
      INSERT INTO due_figures (service_id, fiscal_year_id)
      SELECT s.id, year.id FROM changed
      JOIN services s ON changed.allocation_key_id IN (s.budget_key_id, s.actual_key_id)
      JOIN fiscal_years year ON year.end_date >= changed.valid_from
      ON CONFLICT DO NOTHING;
    WHEN 'periods' THEN -- a key is in force from the start of a period, so shares begin to exist with the periods
      INSERT INTO due_figures (service_id, fiscal_year_id)
      SELECT s.id, begun.fiscal_year_id FROM services s CROSS JOIN (SELECT DISTINCT fiscal_year_id FROM changed) AS begun
      ON CONFLICT DO NOTHING;
    WHEN 'services' THEN
      INSERT INTO due_figures (service_id, fiscal_year_id) SELECT changed.id, year.id FROM changed CROSS JOIN fiscal_years year
      ON CONFLICT DO NOTHING;
  END CASE;
  RETURN NULL;
END $$;

DO $$
DECLARE
  fact text;
BEGIN
  FOREACH fact IN ARRAY ARRAY['plan_lines', 'actuals', 'purchase_splits', 'allocation_drivers', 'allocation_key_versions'] LOOP
    EXECUTE format('CREATE TRIGGER mark_due_figures_of_new AFTER INSERT ON %I
      REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mark_due_figures()', fact);
    EXECUTE format('CREATE TRIGGER mark_due_figures_of_before AFTER UPDATE ON %I
      REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mark_due_figures()', fact);
    EXECUTE format('CREATE TRIGGER mark_due_figures_of_after AFTER UPDATE ON %I
      REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mark_due_figures()', fact);
    EXECUTE format('CREATE TRIGGER mark_due_figures_of_gone AFTER DELETE ON %I
      REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mark_due_figures()', fact);
  END LOOP;
END $$;
CREATE TRIGGER mark_due_figures_of_new AFTER INSERT ON periods
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mark_due_figures();
CREATE TRIGGER mark_due_figures_of_gone AFTER DELETE ON periods
REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mark_due_figures();
CREATE TRIGGER mark_due_figures_of_new AFTER INSERT ON services
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mark_due_figures();
CREATE TRIGGER mark_due_figures_of_gone AFTER DELETE ON services
REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mark_due_figures();

-- Where most changes of a row touch no figure, the trigger asks which column changed, which only one for each row can.
CREATE FUNCTION mark_due_figures_of_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  CASE TG_TABLE_NAME
    WHEN 'services' THEN
      INSERT INTO due_figures (service_id, fiscal_year_id) SELECT NEW.id, id FROM fiscal_years ON CONFLICT DO NOTHING;
    WHEN 'fiscal_years' THEN
      INSERT INTO due_figures (service_id, fiscal_year_id) SELECT id, NEW.id FROM services ON CONFLICT DO NOTHING;
    WHEN 'plan_versions', 'periods' THEN
      INSERT INTO due_figures (service_id, fiscal_year_id) SELECT id, NEW.fiscal_year_id FROM services ON CONFLICT DO NOTHING;
  END CASE;
  RETURN NULL;
END $$;
CREATE TRIGGER mark_due_figures_of_row AFTER UPDATE OF service_type, entity_id, budget_key_id, actual_key_id, tower_id, vendor_id ON services
FOR EACH ROW WHEN (
  (NEW.service_type, NEW.entity_id, NEW.budget_key_id, NEW.actual_key_id, NEW.tower_id, NEW.vendor_id)
  IS DISTINCT FROM (OLD.service_type, OLD.entity_id, OLD.budget_key_id, OLD.actual_key_id, OLD.tower_id, OLD.vendor_id)
) EXECUTE FUNCTION mark_due_figures_of_row();
CREATE TRIGGER mark_due_figures_of_new AFTER INSERT ON fiscal_years
FOR EACH ROW EXECUTE FUNCTION mark_due_figures_of_row();
CREATE TRIGGER mark_due_figures_of_row AFTER UPDATE OF reported_through ON fiscal_years
FOR EACH ROW WHEN (NEW.reported_through <> OLD.reported_through) EXECUTE FUNCTION mark_due_figures_of_row();
CREATE TRIGGER mark_due_figures_of_row AFTER UPDATE OF number, start_date ON periods
FOR EACH ROW WHEN ((NEW.number, NEW.start_date) <> (OLD.number, OLD.start_date)) EXECUTE FUNCTION mark_due_figures_of_row();
CREATE TRIGGER mark_due_figures_of_row AFTER UPDATE OF is_current ON plan_versions
FOR EACH ROW WHEN (NEW.is_current <> OLD.is_current) EXECUTE FUNCTION mark_due_figures_of_row();

-- Of a new version of a key and a service that begins to use the key, the second must see the first: the reference of the service
-- holds the key's row, and the version waits for it. Taken before the version's own reference, it is never an upgrade of that.
CREATE FUNCTION lock_allocation_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'allocation_key_versions' THEN
    PERFORM FROM allocation_keys WHERE id IN (OLD.allocation_key_id, NEW.allocation_key_id) ORDER BY id FOR UPDATE;
  ELSE
    PERFORM FROM allocation_keys WHERE id IN (
      SELECT allocation_key_id FROM allocation_key_versions WHERE id IN (OLD.allocation_key_version_id, NEW.allocation_key_version_id)
    ) ORDER BY id FOR UPDATE;
  END IF;
  RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER lock_allocation_key BEFORE INSERT OR UPDATE OR DELETE ON allocation_key_versions
FOR EACH ROW EXECUTE FUNCTION lock_allocation_key();
CREATE TRIGGER lock_allocation_key BEFORE INSERT OR UPDATE OR DELETE ON allocation_drivers
FOR EACH ROW EXECUTE FUNCTION lock_allocation_key();

-- The server says opex.settles = 'on' on its connections, and settles within the transaction; it cannot commit without.
-- Each mark is asked for by itself: the rows that settling has deleted are still there to be searched through.
CREATE FUNCTION refuse_due_figures() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM due_figures
    WHERE marked_by = NEW.marked_by AND service_id = NEW.service_id AND fiscal_year_id = NEW.fiscal_year_id
  ) THEN
    RAISE EXCEPTION 'figures are not settled' USING ERRCODE = 'OP009', CONSTRAINT = 'due_figures_settled';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER refuse_due_figures AFTER INSERT ON due_figures DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (current_setting('opex.settles', true) = 'on') EXECUTE FUNCTION refuse_due_figures();

-- Anybody else leaves the marks, and the server is told when they are committed.
CREATE FUNCTION announce_due_figures() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('opex_figures', 'due');
  RETURN NULL;
END $$;
CREATE TRIGGER announce_due_figures AFTER INSERT ON due_figures
FOR EACH STATEMENT WHEN (current_setting('opex.settles', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION announce_due_figures();
