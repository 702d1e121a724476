CREATE OR REPLACE FUNCTION public.mark_due_figures()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
-- Each trigger calls the rows of its statement "changed". An update has two triggers: one for the rows as they were and
-- one for the rows as they are.
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
    WHEN 'periods' THEN -- shares are computed month by month, so a year has none before it has months
      INSERT INTO due_figures (service_id, fiscal_year_id)
      SELECT s.id, begun.fiscal_year_id FROM services s CROSS JOIN (SELECT DISTINCT fiscal_year_id FROM changed) AS begun
      ON CONFLICT DO NOTHING;
  END CASE;
  RETURN NULL;
END $function$;
