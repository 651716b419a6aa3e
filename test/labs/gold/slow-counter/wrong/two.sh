set -e
kubectl scale deployment counter --replicas 2
kubectl rollout status deployment counter
