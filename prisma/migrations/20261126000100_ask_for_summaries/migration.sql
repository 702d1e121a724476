ALTER TABLE users ADD COLUMN daily_summary boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN users.daily_summary IS 'They asked for a mail every morning.';
