set -e
kubectl patch deployment shop --patch-file /lab/solution/shop-patch.yaml
kubectl scale deployment shop --replicas 12
kubectl autoscale deployment shop --cpu=60% --min 12 --max 16
kubectl rollout status deployment shop
