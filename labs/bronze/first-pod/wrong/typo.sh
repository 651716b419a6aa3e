#!/usr/bin/env bash
# A misspelt tag: the image cannot be pulled.
set -euo pipefail
kubectl run ${pod} --image=registry.example/${dish}:${version}0 --labels=shelf=${shelf}
kubectl wait --for=jsonpath='{.status.containerStatuses[0].state.waiting.message}' pod/${pod} --timeout=180s
