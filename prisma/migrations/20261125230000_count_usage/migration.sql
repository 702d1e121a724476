-- What all processes together used in each hour: what the installation costs follows from it, and how much it will need.
CREATE TABLE usage_hours (
  hour timestamptz(3) PRIMARY KEY CHECK (date_trunc('hour', hour, 'UTC') = hour),
  process_seconds double precision NOT NULL CHECK (process_seconds >= 0),
  cpu_seconds double precision NOT NULL CHECK (cpu_seconds >= 0),
  gib_seconds double precision NOT NULL CHECK (gib_seconds >= 0),
  requests double precision NOT NULL CHECK (requests >= 0)
);
