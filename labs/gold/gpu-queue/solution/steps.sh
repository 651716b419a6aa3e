# rent MAX: a pool of machines with GPUs that begins with none.
rent() {
  kubectl apply -f - <<END
apiVersion: world.kubedan.dev/v1
kind: NodePool
metadata: { name: gpu }
spec: { type: gpu, min: 0, max: $1 }
END
}
# serve TAG [GPUS]: the model in such batches, with so many GPUs for each Pod.
serve() {
  kubectl patch deployment model --patch "{\"spec\": {\"template\": {\"spec\": {\"containers\": [{\"name\": \"model\",
    \"image\": \"registry.example/${card}-model:$1\", \"resources\": {\"limits\": {\"nvidia.com/gpu\": \"$2\"}}}]}}}}"
  kubectl rollout status deployment model --timeout=180s
}
# limit RATE: lets so many a second through the gateway.
limit() {
  kubectl apply -f - <<END
apiVersion: world.kubedan.dev/v1
kind: RateLimit
metadata: { name: model, namespace: ${namespace} }
spec: { route: model, requestsPerSecond: $1 }
END
  kubectl wait ratelimit/model --for=condition=Accepted --timeout=180s
}
# reaching: requests a second that reach the model, over the last ten seconds.
reaching() {
  kubectl get --raw "/apis/custom.metrics.k8s.io/v1beta2/namespaces/${namespace}/services/model/http_requests_per_second" |
    sed -n 's/.*"value":"\([0-9]*\)\(m\{0,1\}\)".*/\1 \2/p' | awk '{ print int($2 == "m" ? $1 / 1000 : $1) }'
}
# go_viral RATE: until so many a second reach the model.
go_viral() {
  kubectl apply -f go-viral.yaml
  kubectl wait loadtest viral --for=condition=Running --timeout=180s
  until [ "$(reaching)" -ge "$1" ]; do sleep 0.5; done
}
case ${card} in
  t4) right=batch8 other=batch32 let_in=42 promised=36 busy=30 ;;
  l40) right=batch32 other=batch8 let_in=160 promised=140 busy=90 ;;
esac
