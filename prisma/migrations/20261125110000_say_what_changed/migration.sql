-- What a raise of a tag was about, for cached answers that it does not concern. Unlogged: after a crash nothing is known
-- of earlier changes, and what is not known counts as a change of everything.
CREATE UNLOGGED TABLE cache_changes (
  tag text NOT NULL,
  version bigint NOT NULL,
  at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  services integer[] NOT NULL,
  facets text[] NOT NULL,
  PRIMARY KEY (tag, version)
);
