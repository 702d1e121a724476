CREATE OR REPLACE FUNCTION public.tell_of_period_states()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  UPDATE cache_tags SET version = version + 1 WHERE tag = 'masters';
  RETURN NULL;
END $function$;
