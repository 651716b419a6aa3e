#!/usr/bin/env bash
# The right screw, not far enough.
set -euo pipefail
case ${cause} in
  env) kubectl set env deployment/${asleep} FLAVOUR=${spice} ;;
  memory) kubectl set resources deployment/${asleep} --limits=memory=80Mi --requests=memory=32Mi ;;
  pending) kubectl set resources deployment/${asleep} --limits=memory=64Gi --requests=memory=192Mi ;;
esac
kubectl wait deployment/${asleep} --for=jsonpath='{.status.updatedReplicas}'=1 --timeout=60s
