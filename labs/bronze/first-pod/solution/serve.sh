#!/usr/bin/env bash
set -euo pipefail
kubectl run ${pod} --image=registry.example/${dish}:${version} --labels=shelf=${shelf}
kubectl wait --for=condition=Ready pod/${pod} --timeout=180s
code=$(kubectl logs ${pod} | sed -n 's/.*code word: //p')
kubectl label pod ${pod} "code=$code"
