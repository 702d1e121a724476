CREATE OR REPLACE FUNCTION public.refuse_closed_assignments()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
-- An assignment counts until the next one begins, so the months must be open in which something becomes different.
DECLARE
  said service_assignments := coalesce(NEW, OLD);
  first_day date := least(OLD.valid_from, NEW.valid_from);
  last_day date := greatest(OLD.valid_from, NEW.valid_from);
  next_day date := (SELECT min(valid_from) FROM service_assignments WHERE service_id = said.service_id AND valid_from > last_day);
  closed date;
BEGIN
  -- Two entities that become one change no report.
  IF current_setting('opex.merging', true) = 'on' THEN RETURN said; END IF;
  IF TG_OP = 'UPDATE' THEN
    IF NEW IS NOT DISTINCT FROM OLD THEN RETURN NEW; END IF;
  ELSIF TG_OP = 'DELETE' AND NOT EXISTS (SELECT FROM services WHERE id = said.service_id)
    OR TG_OP = 'INSERT' AND NOT EXISTS (SELECT FROM service_assignments WHERE service_id = said.service_id)
    OR EXISTS ( -- the assignment repeats the one before it, so nothing becomes different
      SELECT FROM (
        SELECT * FROM service_assignments WHERE service_id = said.service_id AND valid_from < first_day ORDER BY valid_from DESC LIMIT 1
      ) AS earlier
      WHERE (service_type, entity_id, budget_key_id, actual_key_id) IS NOT DISTINCT FROM (said.service_type, said.entity_id, said.budget_key_id, said.actual_key_id)
    )
  THEN
    RETURN said;
  END IF;
  SELECT min(start_date) FILTER (WHERE state = 'CLOSED') INTO closed FROM (
    SELECT start_date, state FROM periods
    WHERE start_date >= first_day AND (next_day IS NULL OR start_date < next_day) ORDER BY id FOR SHARE
  ) AS touched;
  IF closed IS NOT NULL THEN
    RAISE EXCEPTION 'the month from % is closed', closed USING ERRCODE = 'OP001', CONSTRAINT = 'service_assignments_period_open';
  END IF;
  RETURN said;
END $function$;
