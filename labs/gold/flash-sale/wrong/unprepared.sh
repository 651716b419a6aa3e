set -e
kubectl apply -f open-the-sale.yaml
kubectl wait loadtest sale --for=condition=Running --timeout=180s
# All of the crowd is there, and was for the ten seconds that this figure looks back.
arriving() {
  kubectl get --raw /apis/custom.metrics.k8s.io/v1beta2/namespaces/${namespace}/services/shop/http_requests_per_second |
    sed -n 's/.*"value":"\([0-9]*\)\(m\{0,1\}\)".*/\1 \2/p' | awk '{ print int($2 == "m" ? $1 / 1000 : $1) }'
}
until [ "$(arriving)" -gt $((${crowd} * 9 / 10)) ]; do sleep 0.5; done
