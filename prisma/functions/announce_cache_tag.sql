CREATE OR REPLACE FUNCTION public.announce_cache_tag()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  PERFORM pg_notify('opex_tags', NEW.tag || ':' || NEW.version);
  RETURN NULL;
END $function$;
