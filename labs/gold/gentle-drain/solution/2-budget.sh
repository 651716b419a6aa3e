#!/usr/bin/env bash
set -euo pipefail
kubectl create poddisruptionbudget ${app} --selector=app=${app} --max-unavailable=1
kubectl wait --for=jsonpath='{.status.expectedPods}'=${replicas} poddisruptionbudget/${app} --timeout=180s
