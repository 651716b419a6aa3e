#!/usr/bin/env bash
# Goes by how long the oldest waits, which is nothing as long as they keep up; and two never do away with what has piled up.
set -euo pipefail
sed 's/maxReplicas: 12/maxReplicas: 2/; s/queue_messages/queue_oldest_message_seconds/' /lab/solution/autoscaler.yaml | kubectl apply -f -
kubectl wait deployment/press --for=jsonpath='{.spec.replicas}'=0 --timeout=120s
kubectl apply -f good-morning.yaml
kubectl wait deployment/press --for=jsonpath='{.status.availableReplicas}'=2 --timeout=120s
kubectl wait loadtest morning --for=condition=Running --timeout=180s
