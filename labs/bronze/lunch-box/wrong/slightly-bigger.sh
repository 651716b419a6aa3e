#!/usr/bin/env bash
# A guess instead of a look at the log; and boxes are thrown away where nobody brings new ones.
set -euo pipefail
kubectl set resources deployment/${tight} --limits=memory=80Mi
kubectl wait deployment/${tight} --for=jsonpath='{.status.updatedReplicas}'=1 --timeout=60s
kubectl delete pod anna bo
