-- Who signed in, who failed, what was refused. It is not the audit log: that one says what changed.
CREATE TABLE security_events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz(3) NOT NULL,
  last_at timestamptz(3) NOT NULL,
  times integer NOT NULL CHECK (times > 0),
  event text NOT NULL CHECK (length(event) <= 40),
  outcome text NOT NULL CHECK (outcome IN ('success', 'failure', 'refused')),
  user_id integer,
  subject text NOT NULL CHECK (length(subject) <= 254),
  address text NOT NULL CHECK (length(address) <= 64),
  request_id text CHECK (length(request_id) <= 64),
  details jsonb NOT NULL CHECK (length(details::text) <= 2000)
);
COMMENT ON COLUMN security_events.user_id IS 'Not a reference: an entry outlives whom it speaks of.';
CREATE INDEX security_events_at_idx ON security_events (at);
CREATE INDEX security_events_event_idx ON security_events (event, id);
CREATE INDEX security_events_user_id_idx ON security_events (user_id, id);

CREATE FUNCTION refuse_rewriting_security_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the security log is append-only' USING ERRCODE = 'OP005';
END $$;
CREATE TRIGGER refuse_rewriting BEFORE UPDATE OR TRUNCATE ON security_events
FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_security_events();
-- Age alone takes entries away.
CREATE TRIGGER refuse_deleting BEFORE DELETE ON security_events
FOR EACH ROW WHEN (OLD.at > now() - interval '7 days') EXECUTE FUNCTION refuse_rewriting_security_events();
