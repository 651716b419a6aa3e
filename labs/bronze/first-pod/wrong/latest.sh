#!/usr/bin/env bash
# Takes the box that happens to be there, with the code word of that one.
set -euo pipefail
kubectl run ${pod} --image=registry.example/${dish}:latest --labels=shelf=${shelf}
kubectl wait --for=condition=Ready pod/${pod} --timeout=180s
kubectl label pod ${pod} "code=$(kubectl logs ${pod} | sed -n 's/.*code word: //p')"
