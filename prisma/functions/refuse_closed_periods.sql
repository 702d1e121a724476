CREATE OR REPLACE FUNCTION public.refuse_closed_periods()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
DECLARE
  closed integer;
  old_months numeric[] := CASE WHEN TG_OP <> 'INSERT' THEN ARRAY[OLD.m01, OLD.m02, OLD.m03, OLD.m04, OLD.m05, OLD.m06, OLD.m07, OLD.m08, OLD.m09, OLD.m10, OLD.m11, OLD.m12] END;
  new_months numeric[] := CASE WHEN TG_OP <> 'DELETE' THEN ARRAY[NEW.m01, NEW.m02, NEW.m03, NEW.m04, NEW.m05, NEW.m06, NEW.m07, NEW.m08, NEW.m09, NEW.m10, NEW.m11, NEW.m12] END;
  moved boolean := TG_OP = 'UPDATE' AND (OLD.service_id, OLD.fiscal_year_id) <> (NEW.service_id, NEW.fiscal_year_id);
BEGIN
  -- The state is looked at outside, in the rows as they are once they are locked.
  SELECT min(number) FILTER (WHERE state = 'CLOSED') INTO closed FROM (
    SELECT number, state FROM periods
    WHERE fiscal_year_id IN (OLD.fiscal_year_id, NEW.fiscal_year_id) AND CASE WHEN moved
      THEN fiscal_year_id = OLD.fiscal_year_id AND old_months[number] IS NOT NULL
        OR fiscal_year_id = NEW.fiscal_year_id AND new_months[number] IS NOT NULL
      ELSE old_months[number] IS DISTINCT FROM new_months[number] END
    ORDER BY id FOR SHARE
  ) AS touched;
  IF closed IS NOT NULL THEN
    RAISE EXCEPTION 'period % is closed', closed USING ERRCODE = 'OP001', CONSTRAINT = 'actuals_period_open';
  END IF;
  RETURN coalesce(NEW, OLD);
END $function$;
