-- A row that changes no indexed column stays in its page when there is room for it, and then none of its indexes is
-- written: `services` has more than thirty, and half of its page lets every row of it change at once. Rows of an older
-- installation come to have room as they are written.
ALTER TABLE services SET (fillfactor = 50);
ALTER TABLE plan_lines SET (fillfactor = 85);
ALTER TABLE service_entity_years SET (fillfactor = 70);
ALTER TABLE tower_entity_years SET (fillfactor = 50);
ALTER TABLE vendor_entity_years SET (fillfactor = 50);

-- The head is locked first and written once, when the hash is known.
CREATE OR REPLACE FUNCTION public.chain_audit_entry()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
  SELECT last_id + 1, last_hash INTO NEW.id, NEW.previous_hash FROM audit_heads FOR UPDATE;
  NEW.at := date_trunc('milliseconds', clock_timestamp());
  NEW.hash := audit_hash(NEW);
  UPDATE audit_heads SET last_id = NEW.id, last_hash = NEW.hash;
  PERFORM pg_notify('opex_changes', json_build_object(
    'id', NEW.id, 'actorId', NEW.actor_id, 'action', NEW.action, 'subjectType', NEW.subject_type,
    'subjectId', NEW.subject_id, 'entityIds', NEW.entity_ids)::text);
  RETURN NEW;
END $function$;
