CREATE OR REPLACE FUNCTION public.mark_due_figures_of_row()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
-- For tables of which most updates touch no figure: only a trigger for each row can ask which column was changed.
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
END $function$;
