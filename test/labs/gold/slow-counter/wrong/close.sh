set -e
kubectl scale deployment counter --replicas 0
