CREATE OR REPLACE FUNCTION public.lock_allocation_key()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
-- A new version of a key and a service that begins to use the key may meet. The reference of the service locks the row of the
-- key, and the version waits for it here, so the later of the two sees the earlier one. The lock is taken before the version's own
-- reference takes a weaker one, because two writers who both strengthen a lock end in a deadlock.
BEGIN
  IF TG_TABLE_NAME = 'allocation_key_versions' THEN
    PERFORM FROM allocation_keys WHERE id IN (OLD.allocation_key_id, NEW.allocation_key_id) ORDER BY id FOR UPDATE;
  ELSE
    PERFORM FROM allocation_keys WHERE id IN (
      SELECT allocation_key_id FROM allocation_key_versions WHERE id IN (OLD.allocation_key_version_id, NEW.allocation_key_version_id)
    ) ORDER BY id FOR UPDATE;
  END IF;
  RETURN coalesce(NEW, OLD);
END $function$;
