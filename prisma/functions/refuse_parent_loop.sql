CREATE OR REPLACE FUNCTION public.refuse_parent_loop()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
-- Two writers who each set a parent could close a loop that neither sees, so parents are set one at a time.
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.parent_id IS DISTINCT FROM OLD.parent_id THEN
    PERFORM pg_advisory_xact_lock(hashtext('services.parent_id'));
  END IF;
  IF EXISTS (
    WITH RECURSIVE chain AS (
      SELECT NEW.parent_id AS id
      UNION
      SELECT parent.parent_id FROM chain JOIN services parent ON parent.id = chain.id WHERE parent.parent_id IS NOT NULL
    )
    SELECT FROM chain WHERE id = NEW.id
  ) THEN
    RAISE EXCEPTION 'parent loop' USING ERRCODE = 'OP003', CONSTRAINT = 'services_no_parent_loop';
  END IF;
  RETURN NEW;
END $function$;
