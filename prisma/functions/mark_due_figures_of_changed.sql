CREATE OR REPLACE FUNCTION public.mark_due_figures_of_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
END $function$;
