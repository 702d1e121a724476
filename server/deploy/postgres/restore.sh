#!/usr/bin/env bash
# Restores beside the living data, as they were at RESTORE_TO (without it: all that was written), and serves them.
#   restore.sh --use    puts what was restored in the place of the living data, which stay under another name
set -euo pipefail
umask 077
restored=$(dirname "$PGDATA")/restored
say() { echo "$@" >&2; exit 1; }

if [ "${1-}" = --use ]; then
  if pg_isready --quiet --host primary; then say 'The primary runs. First: docker compose stop'; fi
  if [ -e "$restored/postmaster.pid" ]; then say 'What was restored is being served. First: docker compose stop restored'; fi
  if [ ! -s "$restored/PG_VERSION" ] || [ -e "$restored/recovery.signal" ]; then say 'Nothing was restored as a whole'; fi
  if [ -e "$PGDATA" ]; then
    mv "$PGDATA" "$PGDATA-until-$(date -u +%Y%m%dT%H%M%SZ)"
  fi
  mkdir -p "$(dirname "$PGDATA")"
  mv "$restored" "$PGDATA"
  exit
fi

until=$(date -u -d "${RESTORE_TO:-now}" '+%F %T.%6N+00')
base=
for one in /backup/chain-*/base-*; do
  if [[ ${one##*/base-} < $(date -u -d "$until" +%Y%m%dT%H%M%SZ) ]]; then base=$one; fi
done
if [ -z "$base" ]; then say "There is no base backup from before $until"; fi
rm -rf "$restored"
mkdir -p "$(dirname "$restored")"
cp -a "$base" "$restored"
pg_verifybackup --quiet "$restored"
touch "$restored/recovery.signal"
echo "From $base"

wal=$(dirname "$base")/wal
settings=(-c config_file=/etc/opex/postgresql.conf -c hot_standby=off -c recovery_target_action=promote)
settings+=(-c "restore_command=cp $wal/%f %p 2> /dev/null || cp $wal/%f.partial %p 2> /dev/null")
if [ -n "$RESTORE_TO" ]; then settings+=(-c "recovery_target_time=$until"); fi
PGDATA=$restored exec postgres "${settings[@]}"
