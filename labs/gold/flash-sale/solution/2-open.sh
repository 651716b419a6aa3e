set -e
kubectl apply -f open-the-sale.yaml
kubectl wait loadtest sale --for=condition=Running --timeout=30s
# It grows with the crowd.
until [ "$(kubectl get hpa shop -o jsonpath='{.status.desiredReplicas}')" -ge 8 ]; do sleep 1; done
# And shrinks again once everybody has gone home.
kubectl wait hpa shop --for=jsonpath='{.status.desiredReplicas}'=4 --timeout=120s
