CREATE OR REPLACE FUNCTION public.refuse_closed_periods()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
END $function$;
