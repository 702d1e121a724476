CREATE OR REPLACE FUNCTION public.rename_master_keys()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
-- Writes a column of the services to itself, which makes carry_master_keys read the new name.
BEGIN
  EXECUTE format('UPDATE services SET %I = %I WHERE %I = $1', TG_ARGV[0], TG_ARGV[0], TG_ARGV[0]) USING NEW.id;
  RETURN NULL;
END $function$;
