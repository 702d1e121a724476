-- How the last base backup and the last rehearsal of a restore went. They are noted here, whoever makes them, because every
-- process that tells metrics can read it.
CREATE TABLE backup_notes (
  kind text PRIMARY KEY CHECK (kind IN ('backup', 'drill')),
  tried_at timestamptz(3) NOT NULL,
  succeeded_at timestamptz(3),
  words text NOT NULL
);
