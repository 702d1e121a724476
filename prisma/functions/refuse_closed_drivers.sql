CREATE OR REPLACE FUNCTION public.refuse_closed_drivers()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
DECLARE
  version record;
BEGIN
  FOR version IN
    SELECT id, allocation_key_id, valid_from FROM allocation_key_versions
    WHERE id IN (OLD.allocation_key_version_id, NEW.allocation_key_version_id) ORDER BY id
  LOOP
    PERFORM FROM allocation_keys WHERE id = version.allocation_key_id FOR NO KEY UPDATE;
    PERFORM hold_open(
      periods_of_key_version(version.id, version.allocation_key_id, version.valid_from), 'allocation_keys_period_open');
  END LOOP;
  RETURN NULL;
END $function$;
