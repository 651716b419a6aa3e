# weights OLD NEW: how the guests are shared out.
weights() {
  kubectl patch httproute shop --type=json --patch "[
    {\"op\": \"replace\", \"path\": \"/spec/rules/0/backendRefs/0/weight\", \"value\": $1},
    {\"op\": \"replace\", \"path\": \"/spec/rules/0/backendRefs/1/weight\", \"value\": $2}]"
}
# figure SERVICE METRIC: in thousandths, as the last ten seconds have it; nothing while there is none.
figure() {
  kubectl get --raw "/apis/custom.metrics.k8s.io/v1beta2/namespaces/${namespace}/services/$1/$2" |
    sed -n 's/.*"value":"\([0-9]*\)\(m\{0,1\}\)".*/\1 \2/p' | awk '{ print $2 == "m" ? $1 : $1 * 1000 }'
}
