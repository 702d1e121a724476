-- Files that people load: what was found in them, what they would change, and what they changed.
CREATE TABLE imports (
  id SERIAL PRIMARY KEY,
  name TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'received',
  -- What its job is at. When the job is over without having said so, the state counts.
  doing TEXT,
  job_id INTEGER,
  problem TEXT,
  kind TEXT,
  sheet TEXT,
  options JSONB NOT NULL DEFAULT '{}',
  found JSONB NOT NULL DEFAULT '{}',
  counts JSONB,
  effects JSONB,
  bytes INTEGER NOT NULL,
  sha256 BYTEA NOT NULL,
  -- The file, in pieces. Without it, nothing can be read again.
  upload TEXT,
  -- The entities that the person saw who loaded it, for its rows are about them. Null: all.
  scope INTEGER[],
  reason TEXT,
  created_by INTEGER NOT NULL REFERENCES users (id) ON DELETE RESTRICT,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
  changed_at TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
  applied_at TIMESTAMPTZ(3),
  applied_by TEXT,
  version INTEGER NOT NULL DEFAULT 1,
  CONSTRAINT imports_state_known CHECK (state IN ('received', 'asking', 'checked', 'applied', 'undone', 'failed', 'cancelled')),
  CONSTRAINT imports_doing_known CHECK (doing IN ('reading', 'checking', 'applying', 'undoing'))
);
CREATE INDEX imports_created_by_idx ON imports (created_by);
CREATE INDEX imports_sha256_idx ON imports (sha256);

-- A megabyte each. They come before their import is there, so nothing holds a transaction open while a file arrives.
CREATE TABLE import_chunks (
  upload TEXT NOT NULL,
  number INTEGER NOT NULL,
  bytes BYTEA NOT NULL,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (upload, number)
);
-- Packed already, or too large a piece of text to be worth it.
ALTER TABLE import_chunks ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- A row of the sheet: what it would change or did, or why it is rejected.
CREATE TABLE import_rows (
  import_id INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('changed', 'unchanged', 'rejected')),
  uid TEXT NOT NULL,
  service_id INTEGER REFERENCES services (id) ON DELETE RESTRICT,
  -- Of the service, as it was checked.
  version INTEGER,
  before JSONB NOT NULL,
  after JSONB NOT NULL,
  cells JSONB NOT NULL,
  rejected JSONB NOT NULL,
  -- The row as it is in the file, where it is rejected.
  texts JSONB NOT NULL,
  PRIMARY KEY (import_id, number)
);
CREATE INDEX import_rows_outcome_idx ON import_rows (import_id, outcome, number);
CREATE INDEX import_rows_service_id_idx ON import_rows (service_id);
