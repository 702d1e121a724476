-- The service runs as a role that can add to the audit log and do nothing else to it; its owner only migrates.

-- Numbering and chaining write the head, which the service itself may only read.
ALTER FUNCTION chain_audit_entry() SECURITY DEFINER;
ALTER FUNCTION chain_audit_entry() SET search_path = public, pg_temp;

-- A seal is a message authentication code of the chain's end as it was; only who has the key can make one.
CREATE TABLE audit_seals (
  number bigint PRIMARY KEY CHECK (number > 0),
  at timestamptz(3) NOT NULL,
  entry_id bigint NOT NULL,
  entry_hash bytea NOT NULL,
  key_id text NOT NULL,
  seal bytea NOT NULL
);
COMMENT ON COLUMN audit_seals.key_id IS 'Begin of the hash of the key, to find it among several.';
CREATE TRIGGER refuse_rewriting BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seals
FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();

-- Run after every migration, so that no table is forgotten: what refuses rewriting is only added to, the rest is written.
CREATE FUNCTION grant_to_application(application name) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  stored record;
BEGIN
  EXECUTE format('REVOKE CREATE, TEMPORARY ON DATABASE %I FROM PUBLIC, %I', current_database(), application);
  EXECUTE format('REVOKE CREATE ON SCHEMA public FROM PUBLIC, %I', application);
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), application);
  EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', application);
  EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO %I', application);
  FOR stored IN
    SELECT c.oid::regclass AS name, CASE
      WHEN c.relname IN ('audit_heads', '_prisma_migrations') OR c.relkind <> 'r' THEN 'SELECT'
      WHEN EXISTS (SELECT FROM pg_trigger WHERE tgrelid = c.oid AND tgfoid = 'refuse_rewriting'::regproc) THEN 'SELECT, INSERT'
      ELSE 'SELECT, INSERT, UPDATE, DELETE'
    END AS privileges
    FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v', 'm')
  LOOP
    EXECUTE format('REVOKE ALL ON %s FROM %I', stored.name, application);
    EXECUTE format('GRANT %s ON %s TO %I', stored.privileges, stored.name, application);
  END LOOP;
END $$;
REVOKE EXECUTE ON FUNCTION grant_to_application(name) FROM PUBLIC;
