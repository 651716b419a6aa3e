set -e
kubectl scale deployment counter --replicas 8
kubectl rollout status deployment counter
