#!/usr/bin/env bash
# server/deploy/upgrade.sh 0.2.0, and back with the version before: new servers beside the old ones, then in their place.
set -euo pipefail
export OPEX_VERSION=${1:?Use: server/deploy/upgrade.sh <version>}
docker compose run --rm --no-deps migrate
docker compose up --detach --wait --no-build --no-deps --no-recreate --scale serve=4 serve
docker compose up --detach --wait --no-build --no-deps serve worker
echo "Write OPEX_VERSION=$OPEX_VERSION into .env. nginx takes the new page's files from the servers; its own image is taken by
docker compose up --detach --wait, which costs a second in which nobody is let in."
