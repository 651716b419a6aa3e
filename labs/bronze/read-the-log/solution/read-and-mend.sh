#!/usr/bin/env bash
set -euo pipefail
kubectl logs watchman --previous
lost=$(kubectl logs job/tally | sed -n 's/^order \([0-9]*\): .*taken back$/\1/p')
kubectl label job tally "lost-order=$lost"
kubectl describe pod -l app=${asleep}
case ${cause} in
  env) kubectl set env deployment/${asleep} "SPICE=$(kubectl logs watchman | sed -n 's/.*spice of the day is //p')" ;;
  memory) kubectl set resources deployment/${asleep} --limits=memory=256Mi ;;
  pending) kubectl set resources deployment/${asleep} --requests=memory=192Mi --limits=memory=256Mi ;;
esac
kubectl rollout status deployment/${asleep} --timeout=180s
