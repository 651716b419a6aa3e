#!/usr/bin/env bash
# Where nothing is served, nobody is sent away.
set -euo pipefail
kubectl create poddisruptionbudget ${app} --selector=app=${app} --max-unavailable=1
kubectl scale deployment/${app} --replicas=0
kubectl wait --for=delete pod -l app=${app} --timeout=180s
kubectl drain ${tired} --ignore-daemonsets --timeout=180s
