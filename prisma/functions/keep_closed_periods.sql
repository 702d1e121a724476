CREATE OR REPLACE FUNCTION public.keep_closed_periods()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  RAISE EXCEPTION 'closed by periods_closed_stay: %', to_char(OLD.start_date, 'Mon YYYY') USING ERRCODE = 'OP001', CONSTRAINT = 'periods_closed_stay';
END $function$;
