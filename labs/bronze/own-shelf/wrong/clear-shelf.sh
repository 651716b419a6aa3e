#!/usr/bin/env bash
# The teapot is gone from the other team's shelf, with everything else that stood there. The new one is packed away.
set -euo pipefail
kubectl create namespace ${team}
kubectl label namespace ${team} owner=${team}
kubectl create deployment teapot --image=registry.example/teapot:${glaze} --replicas=0 -n ${team}
kubectl create quota shelf --hard=pods=${room} -n ${team}
kubectl wait quota/shelf --for=jsonpath='{.status.used}' -n ${team} --timeout=180s
kubectl delete deployments --all -n ${host}
