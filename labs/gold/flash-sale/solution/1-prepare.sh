set -e
kubectl patch deployment shop --patch-file /lab/solution/shop-patch.yaml
kubectl apply -f /lab/solution/autoscaler.yaml
kubectl rollout status deployment shop
# The autoscaler has readings, and its four Pods.
kubectl wait hpa shop --for=condition=ScalingActive --timeout=180s
kubectl wait deployment shop --for=jsonpath='{.status.readyReplicas}'=4 --timeout=180s
