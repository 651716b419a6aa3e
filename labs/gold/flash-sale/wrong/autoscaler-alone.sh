set -e
kubectl autoscale deployment shop --cpu=60% --min 4 --max 16
kubectl wait hpa shop --for=condition=ScalingActive --timeout=180s
kubectl apply -f open-the-sale.yaml
kubectl wait loadtest sale --for=condition=Running --timeout=30s
# All of the sale: nothing in the cluster says when it is over.
sleep 50
