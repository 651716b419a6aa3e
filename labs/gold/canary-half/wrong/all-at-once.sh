#!/usr/bin/env bash
# A bad release hits all guests, however many Pods it has; a good one goes down when one Pod is to carry them all.
set -euo pipefail
. /lab/solution/weights.sh
if [ ${verdict} != good ]; then
  kubectl scale deployment shop-next --replicas 3
  kubectl rollout status deployment shop-next --timeout=180s
fi
weights 0 100
until [ "$(figure shop http_requests_per_second)" -lt 2000 ]; do sleep 0.5; done
