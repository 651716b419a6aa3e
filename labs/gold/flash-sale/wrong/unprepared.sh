set -e
kubectl apply -f open-the-sale.yaml
kubectl wait loadtest sale --for=condition=Running --timeout=30s
# All of the sale: nothing in the cluster says when it is over.
sleep 50
