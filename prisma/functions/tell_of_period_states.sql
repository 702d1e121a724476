CREATE OR REPLACE FUNCTION public.tell_of_period_states()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  PERFORM raise_cache_tags('masters');
  RETURN NULL;
END $function$;
