CREATE OR REPLACE FUNCTION public.begin_assignments()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
-- The first assignment of a service counts from the beginning of time.
BEGIN
  INSERT INTO service_assignments (service_id, valid_from, service_type, entity_id, budget_key_id, actual_key_id)
  SELECT id, DATE '0001-01-01', service_type, entity_id, budget_key_id, actual_key_id FROM changed;
  RETURN NULL;
END $function$;
