-- Addresses of other programs that are told of changes.
CREATE TABLE webhooks (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  url text NOT NULL CHECK (url LIKE 'https://%' AND length(url) <= 500),
  events text[] NOT NULL CHECK (cardinality(events) > 0),
  secret text NOT NULL,
  is_on boolean NOT NULL DEFAULT true,
  failures integer NOT NULL DEFAULT 0,
  failing_since timestamptz(3),
  off_because text,
  last_arrived_at timestamptz(3),
  created_by integer,
  created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  version integer NOT NULL DEFAULT 1
);
COMMENT ON COLUMN webhooks.secret IS 'What signs deliveries, encrypted with a key that the database does not hold.';
COMMENT ON COLUMN webhooks.failures IS 'Tries that failed since a delivery arrived.';
COMMENT ON COLUMN webhooks.created_by IS 'Not a reference: a webhook belongs to the installation and outlives who added it.';
CREATE UNIQUE INDEX webhooks_name_key ON webhooks (name_key(name));

-- A delivery is a job, added in the transaction of the change that it tells. One tells a hundred events at most.
CREATE FUNCTION add_webhook_deliveries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO jobs (kind, payload)
  SELECT 'webhook', jsonb_build_object('webhookId', webhook_id, 'entryIds', jsonb_agg(entry_id ORDER BY entry_id))
  FROM (
    SELECT webhooks.id AS webhook_id, entry.id AS entry_id,
      (row_number() OVER (PARTITION BY webhooks.id ORDER BY entry.id) - 1) / 100 AS part
    FROM webhooks JOIN written AS entry ON entry.action = ANY (webhooks.events)
    WHERE webhooks.is_on
  ) AS told
  GROUP BY webhook_id, part;
  RETURN NULL;
END $$;
CREATE TRIGGER tell_webhooks AFTER INSERT ON audit_entries REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION add_webhook_deliveries();

CREATE INDEX jobs_webhook_idx ON jobs (((payload->>'webhookId')::int), id) WHERE kind = 'webhook';
