-- An update of facts has one trigger instead of two: each costs as much as the update of a row, whatever it finds.
CREATE FUNCTION mark_due_figures_of_changed() RETURNS trigger LANGUAGE plpgsql AS $$
-- Of the rows as they were, and as they are.
BEGIN
  CASE TG_TABLE_NAME
    WHEN 'plan_lines' THEN
      INSERT INTO due_figures (service_id, fiscal_year_id)
      SELECT DISTINCT changed.service_id, plan.fiscal_year_id
      FROM (SELECT service_id, plan_version_id FROM before_rows UNION SELECT service_id, plan_version_id FROM after_rows) AS changed
      JOIN plan_versions plan ON plan.id = changed.plan_version_id
      ON CONFLICT DO NOTHING;
    WHEN 'actuals', 'purchase_splits' THEN
      INSERT INTO due_figures (service_id, fiscal_year_id)
      SELECT service_id, fiscal_year_id FROM before_rows UNION SELECT service_id, fiscal_year_id FROM after_rows
      ON CONFLICT DO NOTHING;
  END CASE;
  RETURN NULL;
END $$;

DO $$
DECLARE
  fact text;
BEGIN
  FOREACH fact IN ARRAY ARRAY['plan_lines', 'actuals', 'purchase_splits'] LOOP
    EXECUTE format('DROP TRIGGER mark_due_figures_of_before ON %I', fact);
    EXECUTE format('DROP TRIGGER mark_due_figures_of_after ON %I', fact);
    EXECUTE format('CREATE TRIGGER mark_due_figures_of_changed AFTER UPDATE ON %I
      REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION mark_due_figures_of_changed()', fact);
  END LOOP;
END $$;
