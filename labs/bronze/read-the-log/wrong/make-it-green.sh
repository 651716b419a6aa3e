#!/usr/bin/env bash
# It runs. With another spice, or without any limit. And the number is on the Pod, where nobody looks for it.
set -euo pipefail
case ${cause} in
  env) kubectl set env deployment/${asleep} SPICE=salt HERB=${spice} ;;
  *) kubectl patch deployment ${asleep} --type=json --patch '[{"op": "remove", "path": "/spec/template/spec/containers/0/resources"}]' ;;
esac
kubectl rollout status deployment/${asleep} --timeout=180s
kubectl label pod -l job-name=tally lost-order=${order}
