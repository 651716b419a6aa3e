#!/usr/bin/env bash
# The right autoscaler for somebody who has nothing to do with the queue.
set -euo pipefail
sed 's/name: press }/name: meter }/' /lab/solution/autoscaler.yaml | kubectl apply -f -
kubectl wait deployment/meter --for=jsonpath='{.spec.replicas}'=0 --timeout=120s
