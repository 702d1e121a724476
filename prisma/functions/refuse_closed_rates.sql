CREATE OR REPLACE FUNCTION public.refuse_closed_rates()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  PERFORM hold_open(periods_of_rate(OLD) || periods_of_rate(NEW), 'currency_rates_period_open');
  RETURN NULL;
END $function$;
