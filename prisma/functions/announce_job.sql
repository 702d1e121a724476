CREATE OR REPLACE FUNCTION public.announce_job()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  PERFORM pg_notify('opex_jobs', json_build_object('id', NEW.id, 'kind', NEW.kind, 'state', NEW.state, 'done', NEW.done,
    'total', NEW.total, 'createdBy', NEW.created_by)::text);
  RETURN NULL;
END $function$;
