#!/usr/bin/env bash
# start.sh redis|sentinel. Where Sentinels watch over Redis, SENTINELS names them, and each part asks them whom it is to follow; before
# they know anybody that is FIRST. NAME is what the others call this part. Redis and Sentinels write down what they are told, so each
# has a copy of its settings.
set -euo pipefail
umask 077
settings=/tmp/$1.conf
cat "/etc/opex/$1.conf" > "$settings"

leading() {
  local sentinel said
  for sentinel in ${SENTINELS//,/ }; do
    said=$(timeout 1 redis-cli -e --raw -h "${sentinel%:*}" -p "${sentinel#*:}" sentinel get-master-addr-by-name opex 2> /dev/null | head -n 1) || continue
    if [ -n "$said" ]; then echo "$said"; return; fi
  done
  echo "$FIRST"
}

if [ -n "${SENTINELS-}" ]; then
  leader=$(leading)
  password=$(cat /run/secrets/redis_sentinel_password)
  if [ "$1" = redis ]; then
    printf 'replica-announce-ip %s\nmasteruser sentinel\nmasterauth %s\n' "$NAME" "$password"
    if [ "$leader" != "$NAME" ]; then printf 'replicaof %s 6379\n' "$leader"; fi
  else
    printf 'sentinel monitor opex %s 6379 2\nsentinel auth-user opex sentinel\nsentinel auth-pass opex %s\n' "$leader" "$password"
    printf 'sentinel down-after-milliseconds opex 1500\nsentinel failover-timeout opex 5000\n'
    printf 'sentinel announce-ip %s\nsentinel sentinel-user sentinel\nsentinel sentinel-pass %s\n' "$NAME" "$password"
    printf 'user sentinel on >%s ~* &* +@all\n' "$password"
  fi >> "$settings"
fi

case $1 in
  redis) exec redis-server "$settings" ;;
  sentinel) exec redis-server "$settings" --sentinel ;;
esac
