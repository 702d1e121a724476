CREATE OR REPLACE FUNCTION public.tell_of_period_states()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
-- Every process shows the state of months from memory, and months are closed at the SQL prompt, too.
BEGIN
  PERFORM raise_cache_tags('masters');
  RETURN NULL;
END $function$;
