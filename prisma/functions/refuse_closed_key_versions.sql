CREATE OR REPLACE FUNCTION public.refuse_closed_key_versions()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  PERFORM FROM allocation_keys WHERE id IN (OLD.allocation_key_id, NEW.allocation_key_id) ORDER BY id FOR NO KEY UPDATE;
  PERFORM hold_open(
    periods_of_key_version(OLD.id, OLD.allocation_key_id, OLD.valid_from)
      || periods_of_key_version(NEW.id, NEW.allocation_key_id, NEW.valid_from),
    'allocation_keys_period_open');
  RETURN NULL;
END $function$;
