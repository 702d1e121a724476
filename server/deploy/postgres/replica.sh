#!/usr/bin/env bash
# Copies the primary on the first start, then follows it. The password is read at every start.
set -euo pipefail
umask 077
printf 'primary:5432:*:opex_replica:%s\n' "$(cat /run/secrets/replication_password)" > /tmp/pgpass
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  # Under another name, so that a copy which was interrupted is never taken for a database.
  rm -rf "$PGDATA.copy"
  PGPASSFILE=/tmp/pgpass pg_basebackup --host primary --username opex_replica --pgdata "$PGDATA.copy" --checkpoint fast --wal-method stream
  touch "$PGDATA.copy/standby.signal"
  mkdir -p "$(dirname "$PGDATA")"
  rm -rf "$PGDATA"
  mv "$PGDATA.copy" "$PGDATA"
fi
exec postgres -c config_file=/etc/opex/postgresql.conf -c primary_conninfo='host=primary user=opex_replica passfile=/tmp/pgpass application_name=replica'
