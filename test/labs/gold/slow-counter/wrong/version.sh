set -e
kubectl scale deployment counter --replicas 8
kubectl set image deployment counter counter=registry.example/counter:1.1
kubectl rollout status deployment counter
