#!/usr/bin/env bash
set -euo pipefail
for stall in east north west; do
  kubectl logs -l app=stall-$stall --previous
  kubectl get pods -l app=stall-$stall -o jsonpath='{.items[0].status.containerStatuses[0].lastState.terminated}{"\n"}'
done
