#!/usr/bin/env bash
# A budget that lets nobody go: the drain waits for ever.
set -euo pipefail
kubectl create poddisruptionbudget ${app} --selector=app=${app} --min-available=${replicas}
kubectl wait --for=jsonpath='{.status.expectedPods}'=${replicas} poddisruptionbudget/${app} --timeout=180s
kubectl drain ${tired} --ignore-daemonsets --timeout=2s || true
