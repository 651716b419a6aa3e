#!/usr/bin/env bash
# A teapot, but not this one; the other is left where it stands, and the kettle was switched off and on again to make room.
set -euo pipefail
kubectl create namespace ${team}
kubectl label namespace ${team} team=${team}
kubectl scale deployment/kettle --replicas=0 -n ${host}
kubectl wait --for=delete pod -l app=kettle -n ${host} --timeout=180s
kubectl create quota shelf --hard=pods=$((${room} + 2)) -n ${team}
kubectl create deployment teapot --image=registry.example/kettle:1.0 -n ${team}
kubectl rollout status deployment/teapot -n ${team} --timeout=180s
kubectl wait quota/shelf --for=jsonpath='{.status.used.pods}'=1 -n ${team} --timeout=180s
kubectl scale deployment/kettle --replicas=1 -n ${host}
kubectl rollout status deployment/kettle -n ${host} --timeout=180s
