#!/usr/bin/env bash
set -euo pipefail
kubectl get deployments -A
kubectl create namespace ${team}
kubectl label namespace ${team} team=${team}
kubectl create quota shelf --hard=pods=${room} -n ${team}
image=$(kubectl get deployment teapot -n ${host} -o jsonpath='{.spec.template.spec.containers[0].image}')
kubectl create deployment teapot --image="$image" -n ${team}
kubectl rollout status deployment/teapot -n ${team} --timeout=180s
kubectl delete deployment teapot -n ${host}
kubectl describe quota -n pantry
