-- Work that outlives the request that asks for it. A process claims a job for the time of a lease, which it renews.
CREATE TABLE jobs (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CHECK (length(kind) <= 60),
  payload jsonb NOT NULL,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
  due_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  due_key text UNIQUE CHECK (length(due_key) <= 100),
  claim integer NOT NULL DEFAULT 0,
  worker text,
  lease_until timestamptz(3),
  tries integer NOT NULL DEFAULT 0,
  crashes integer NOT NULL DEFAULT 0,
  done integer,
  total integer,
  error text CHECK (length(error) <= 1000),
  created_by integer,
  created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  started_at timestamptz(3),
  finished_at timestamptz(3),
  CONSTRAINT jobs_running_has_lease CHECK ((state = 'running') = (lease_until IS NOT NULL))
);
COMMENT ON COLUMN jobs.due_key IS 'Of scheduled jobs: what and when, so that many processes add it once.';
COMMENT ON COLUMN jobs.claim IS 'Counts the claims. A process that lost its lease holds an older number, and can finish nothing any more.';
COMMENT ON COLUMN jobs.tries IS 'How often the work failed. What ended with its process is counted in crashes.';
COMMENT ON COLUMN jobs.created_by IS 'Not a reference: a job outlives whom it speaks of. Null: nobody asked for it.';
-- Rows are rewritten several times in their life, most of them within their page.
ALTER TABLE jobs SET (fillfactor = 70);
CREATE INDEX jobs_waiting_idx ON jobs (due_at, id) WHERE state = 'waiting';
CREATE INDEX jobs_running_idx ON jobs (lease_until) WHERE state = 'running';
CREATE INDEX jobs_finished_at_idx ON jobs (finished_at);
