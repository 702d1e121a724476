CREATE OR REPLACE FUNCTION public.grant_to_application(application name)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
-- A table on which refuse_rewriting is a trigger is read and added to. The head of the audit log, the list of migrations and what
-- is no plain table are only read. All other tables are written.
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
END $function$;
