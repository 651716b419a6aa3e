#!/usr/bin/env bash
# Sizes and images change by hand, the new image without its menu, and the release knows nothing of it; then the shop is
# closed for a moment, and rollbacks lead from nowhere to nowhere.
set -euo pipefail
kubectl set resources deployment/${release} --requests=cpu=$((${peakCpu} * 6 / 5))m,memory=$((${peakMemory} * 6 / 5))Mi
kubectl rollout status deployment/${release} --timeout=180s
kubectl set image deployment/${release} lunchbox=registry.example/lunchbox:${newTag}
# Until some Pods are new, but never all.
until [ "$(kubectl get deployment ${release} -o jsonpath='{.status.updatedReplicas}')" != ${replicas} ]; do sleep 0.2; done
kubectl set image deployment/${release} lunchbox=registry.example/lunchbox:${oldTag}
kubectl scale deployment/${release} --replicas=0
kubectl wait --for=delete pod -l app.kubernetes.io/instance=${release} --timeout=180s
kubectl scale deployment/${release} --replicas=${replicas}
kubectl rollout status deployment/${release} --timeout=180s
helm rollback ${release} 1 --force-conflicts
helm rollback ${release} 1 --force-conflicts
kubectl rollout status deployment/${release} --timeout=180s
