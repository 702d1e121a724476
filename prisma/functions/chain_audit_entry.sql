CREATE OR REPLACE FUNCTION public.chain_audit_entry()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
-- The head is locked first, so entries are numbered and chained one after the other. Only this function, with the rights of
-- its owner, may write the head.
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
