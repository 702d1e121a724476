ALTER TABLE users ADD COLUMN password_expires_at timestamptz(3);
COMMENT ON COLUMN users.password_expires_at IS 'Of a temporary password; null for one that its owner chose.';
UPDATE users SET password_expires_at = now() + interval '72 hours' WHERE must_change_password;
