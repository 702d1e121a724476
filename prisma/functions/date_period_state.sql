CREATE OR REPLACE FUNCTION public.date_period_state()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF NEW.state_since IS NOT DISTINCT FROM OLD.state_since THEN
    NEW.state_since := now();
  END IF;
  RETURN NEW;
END $function$;
