CREATE OR REPLACE FUNCTION public.remember_current_plan()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
-- Another plan becomes the current one in two statements. The first of them notes here, for the commit, which plan was current
-- before; 0 is none.
DECLARE
  name text := 'opex.current_plan_of_year_' || NEW.fiscal_year_id;
BEGIN
  IF coalesce(current_setting(name, true), '') = '' THEN
    PERFORM set_config(name, CASE WHEN OLD.is_current THEN OLD.id ELSE 0 END::text, true);
  END IF;
  RETURN NULL;
END $function$;
