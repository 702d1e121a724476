#!/usr/bin/env bash
# Keeps what restore.sh needs, each chain in a folder of its own: wal/, all that the primary writes as it writes it, and base-<when>/,
# copies of the whole, one a day. The primary keeps the place of a chain (a slot); where it has lost it, as after a restore or where
# this was away for too long, a new chain begins.
set -euo pipefail
umask 077
cd /var/lib/postgresql
slot=opex_backup
printf 'primary:5432:*:%s:%s\n' opex_replica "$(cat /run/secrets/replication_password)" opex_application "$(cat /run/secrets/database_password)" > /tmp/pgpass
export PGPASSFILE=/tmp/pgpass PGHOST=primary PGUSER=opex_replica

replication() { psql --no-psqlrc --quiet --tuples-only --no-align --command "$1" 'dbname=postgres replication=true'; }
now() { date -u +%Y%m%dT%H%M%SZ; }
bases() { find . -mindepth 2 -maxdepth 2 -name 'base-*' | sort; }

# As keepNote of the product does it: for backup-check and the metrics.
note() {
  psql --no-psqlrc --quiet --set ok="$1" --set words="$2" --username opex_application opex <<'SQL'
INSERT INTO backup_notes (kind, tried_at, succeeded_at, words) VALUES ('backup', now(), CASE WHEN :'ok' THEN now() END, :'words')
ON CONFLICT (kind) DO UPDATE SET tried_at = now(), succeeded_at = coalesce(EXCLUDED.succeeded_at, backup_notes.succeeded_at), words = EXCLUDED.words;
SQL
}

# The name comes last: what has one is whole.
copy() {
  local started=$SECONDS base
  rm -rf "$chain/unfinished" &&
    pg_basebackup --pgdata "$chain/unfinished" --checkpoint fast --wal-method stream &&
    pg_verifybackup --quiet "$chain/unfinished" &&
    base=$chain/base-$(now) &&
    mv "$chain/unfinished" "$base" &&
    echo "$base: $(du -sh "$base" | cut -f 1), in $((SECONDS - started)) s"
}

# Of all chains; what was written before the oldest copy is of no use.
remove_old() {
  bases | head -n "-${BACKUP_KEEP:-7}" | xargs -r rm -rf
  for old in chain-*; do
    local first
    first=$(bases | grep "/$old/" | head -n 1 || true)
    if [ -n "$first" ]; then
      pg_archivecleanup "$old/wal" "$(sed -n 's/^START WAL LOCATION:.*(file \(.*\))/\1/p' "$first/backup_label")"
    elif [ "$old" != "$chain" ]; then rm -rf "$old"; fi
  done
}

chain=$(find . -maxdepth 1 -name 'chain-*' -printf '%f\n' | sort | tail -n 1)
if [ -z "$chain" ] || [ -z "$(replication "READ_REPLICATION_SLOT $slot" | cut -d '|' -f 2)" ]; then
  replication "DROP_REPLICATION_SLOT $slot" 2> /dev/null || true
  replication "CREATE_REPLICATION_SLOT $slot PHYSICAL RESERVE_WAL" > /dev/null
  chain=chain-$(now)
  mkdir -p "$chain/wal"
  echo "Began $chain"
fi

# It ends with the connection, and with it this script: the next start looks anew.
pg_receivewal --directory "$chain/wal" --slot "$slot" --no-loop --synchronous &
receiver=$!
trap exit INT TERM
while kill -0 "$receiver" 2> /dev/null; do
  if [ -z "$(find "$chain" -maxdepth 1 -name 'base-*' -mmin -1440)" ]; then
    if words=$(copy 2>&1); then
      note true "$words"
      remove_old
    else note false "$words"; fi
    echo "$words"
  else touch /tmp/copied; fi
  sleep "$([ -e /tmp/copied ] && echo 60 || echo 5)" & wait -n || true
done
exit 1
