CREATE OR REPLACE FUNCTION public.announce_due_figures()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  PERFORM pg_notify('opex_figures', 'due');
  RETURN NULL;
END $function$;
