CREATE OR REPLACE FUNCTION public.change_split_currency()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  UPDATE purchase_splits SET currency_id = NEW.currency_id WHERE purchase_line_id = NEW.id;
  RETURN NULL;
END $function$;
