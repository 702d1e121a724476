-- Processes that wait for work hear of it, and people hear how their jobs go.
CREATE FUNCTION announce_job() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('opex_jobs', json_build_object('id', NEW.id, 'kind', NEW.kind, 'state', NEW.state, 'done', NEW.done,
    'total', NEW.total, 'createdBy', NEW.created_by)::text);
  RETURN NULL;
END $$;
CREATE TRIGGER announce_added AFTER INSERT ON jobs FOR EACH ROW EXECUTE FUNCTION announce_job();
CREATE TRIGGER announce_changed AFTER UPDATE OF state, done ON jobs
FOR EACH ROW WHEN (OLD.state <> NEW.state OR OLD.done IS DISTINCT FROM NEW.done) EXECUTE FUNCTION announce_job();
