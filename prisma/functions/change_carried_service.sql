CREATE OR REPLACE FUNCTION public.change_carried_service()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  UPDATE service_years SET vendor_id = NEW.vendor_id, renews_on = CASE WHEN NEW.retired_at IS NULL THEN NEW.renewal_date END
  WHERE service_id = NEW.id;
  RETURN NULL;
END $function$;
