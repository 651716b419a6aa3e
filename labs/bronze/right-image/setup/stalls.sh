#!/usr/bin/env bash
# Three stalls from one recipe; in the order of one of them somebody has slipped, in one of three places.
set -euo pipefail

for stall in soup rice tea; do
  image=registry.example/$stall:${good}
  if [ "$stall" = ${broken} ]; then
    case ${wrongPart} in
      registry) image=old-registry.example/$stall:${good} ;;
      name) image=registry.example/$stall$stall:${good} ;;
      tag) image=registry.example/$stall:${ahead} ;;
    esac
  fi
  cat <<YAML
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: $stall
spec:
  replicas: 2
  selector:
    matchLabels: {app: $stall}
  template:
    metadata:
      labels: {app: $stall}
    spec:
      terminationGracePeriodSeconds: 2
      containers:
        - name: box
          image: $image
YAML
done | kubectl apply -f -

kubectl wait deployment/${broken} --for=jsonpath='{.status.replicas}'=2 --timeout=180s
kubectl wait pod -l app=${broken} --for=jsonpath='{.status.containerStatuses[0].state.waiting.message}' --timeout=180s
