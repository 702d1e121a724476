-- Runs once, when the database is made. The owner migrates; the service adds to the audit log and cannot rewrite it.
\set owner `cat /run/secrets/migration_database_password`
\set application `cat /run/secrets/database_password`
\set replica `cat /run/secrets/replication_password`
CREATE ROLE opex_owner LOGIN PASSWORD :'owner';
CREATE ROLE opex_application LOGIN PASSWORD :'application';
CREATE ROLE opex_replica LOGIN REPLICATION PASSWORD :'replica';
ALTER DATABASE opex OWNER TO opex_owner;
