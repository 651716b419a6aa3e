#!/usr/bin/env bash
# A release that everybody remembers as quick, though the shop may not sell with it; the neighbour's batch is thrown out; and
# a breaker that waits until more than half of the requests fail.
set -euo pipefail
sed 's/errorPercent: 50/errorPercent: 51/' /lab/solution/breaker.yaml | kubectl apply -f -
kubectl set image deployment/shop shop=registry.example/shop:1.9
kubectl delete daemonset/batch -n ${neighbour}
kubectl rollout status deployment/shop --timeout=180s
