CREATE OR REPLACE FUNCTION public.show_latest_assignment()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
-- The service shows its latest assignment, also when assignments are changed by themselves.
BEGIN
  UPDATE services s SET service_type = latest.service_type, entity_id = latest.entity_id,
    budget_key_id = latest.budget_key_id, actual_key_id = latest.actual_key_id, version = s.version + 1
  FROM (
    SELECT DISTINCT ON (service_id) * FROM service_assignments
    WHERE service_id IN (SELECT service_id FROM changed) ORDER BY service_id, valid_from DESC
  ) AS latest
  WHERE s.id = latest.service_id AND (s.service_type, s.entity_id, s.budget_key_id, s.actual_key_id)
    IS DISTINCT FROM (latest.service_type, latest.entity_id, latest.budget_key_id, latest.actual_key_id);
  RETURN NULL;
END $function$;
