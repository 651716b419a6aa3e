set -e
# Everything as it should be but the memory, and twelve Pods around the clock.
kubectl patch deployment shop --patch-file /lab/solution/shop-patch.yaml
kubectl set resources deployment shop --limits=memory=96Mi --requests=memory=96Mi
kubectl scale deployment shop --replicas 12
kubectl autoscale deployment shop --cpu=60% --min 12 --max 16
kubectl rollout status deployment shop --timeout=180s
