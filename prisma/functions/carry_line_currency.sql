CREATE OR REPLACE FUNCTION public.carry_line_currency()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  NEW.currency_id := (SELECT currency_id FROM purchase_lines WHERE id = NEW.purchase_line_id);
  RETURN NEW;
END $function$;
