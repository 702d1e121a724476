CREATE OR REPLACE FUNCTION public.change_assignments()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
-- A change of a service counts from the day that the writer names (opex.assigned_from), else from the day after the last
-- closed month. From there on, only what was changed is changed in the assignments; what was not keeps its dated values.
DECLARE
  from_day date := coalesce(
    nullif(current_setting('opex.assigned_from', true), '')::date,
    (SELECT max(end_date) + 1 FROM periods WHERE state = 'CLOSED'),
    DATE '0001-01-01');
  other_owner boolean := (NEW.service_type, NEW.entity_id) IS DISTINCT FROM (OLD.service_type, OLD.entity_id);
  other_budget_key boolean := NEW.budget_key_id IS DISTINCT FROM OLD.budget_key_id;
  other_actual_key boolean := NEW.actual_key_id IS DISTINCT FROM OLD.actual_key_id;
BEGIN
  -- Nothing to do where a merge changes all assignments itself, nor where show_latest_assignment has copied to the service what
  -- its latest assignment says already.
  IF current_setting('opex.merging', true) = 'on' OR EXISTS (
    SELECT FROM (SELECT * FROM service_assignments WHERE service_id = NEW.id ORDER BY valid_from DESC LIMIT 1) AS latest
    WHERE (service_type, entity_id, budget_key_id, actual_key_id)
      IS NOT DISTINCT FROM (NEW.service_type, NEW.entity_id, NEW.budget_key_id, NEW.actual_key_id)
  ) THEN
    RETURN NULL;
  END IF;
  INSERT INTO service_assignments (service_id, valid_from, service_type, entity_id, budget_key_id, actual_key_id)
  SELECT service_id, from_day, service_type, entity_id, budget_key_id, actual_key_id FROM service_assignments
  WHERE service_id = NEW.id AND valid_from <= from_day ORDER BY valid_from DESC LIMIT 1
  ON CONFLICT DO NOTHING;
  UPDATE service_assignments SET
    service_type = CASE WHEN other_owner THEN NEW.service_type ELSE service_type END,
    entity_id = CASE WHEN other_owner THEN NEW.entity_id ELSE entity_id END,
    budget_key_id = CASE WHEN other_budget_key THEN NEW.budget_key_id ELSE budget_key_id END,
    actual_key_id = CASE WHEN other_actual_key THEN NEW.actual_key_id ELSE actual_key_id END
  WHERE service_id = NEW.id AND valid_from >= from_day;
  RETURN NULL;
END $function$;
