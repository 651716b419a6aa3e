#!/usr/bin/env bash
# Does all but read the log.
set -euo pipefail
kubectl run ${pod} --image=registry.example/${dish}:${version} --labels=shelf=${shelf},code=${word}
kubectl wait --for=condition=Ready pod/${pod} --timeout=180s
