#!/usr/bin/env bash
# Right things, without saying where: all of it stands in the lobby now.
set -euo pipefail
kubectl create namespace ${team}
kubectl create deployment teapot --image=registry.example/teapot:${glaze}
kubectl create quota shelf --hard=pods=${room}
kubectl rollout status deployment/teapot --timeout=180s
kubectl delete deployment teapot -n ${host}
