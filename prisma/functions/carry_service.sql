CREATE OR REPLACE FUNCTION public.carry_service()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  SELECT vendor_id, CASE WHEN retired_at IS NULL THEN renewal_date END INTO NEW.vendor_id, NEW.renews_on
  FROM services WHERE id = NEW.service_id;
  RETURN NEW;
END $function$;
