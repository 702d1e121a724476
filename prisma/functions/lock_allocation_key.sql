CREATE OR REPLACE FUNCTION public.lock_allocation_key()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
