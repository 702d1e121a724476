CREATE OR REPLACE FUNCTION public.refuse_moved_plans()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  PERFORM hold_open(
    ARRAY(SELECT id FROM periods WHERE fiscal_year_id IN (OLD.fiscal_year_id, NEW.fiscal_year_id)), 'plan_versions_period_open');
  RETURN NULL;
END $function$;
