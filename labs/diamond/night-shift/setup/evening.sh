#!/usr/bin/env bash
# What has come to stay on the large machine over the months: this time it is "${insomnia}".
set -euo pipefail
annotations='' selector='' affinity=''
case ${insomnia} in
  chosen)
    annotations='annotations: {cluster-autoscaler.kubernetes.io/safe-to-evict: "false"}'
    affinity='affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 100, preference: {matchExpressions: [{key: world.kubedan.dev/node-pool, operator: In, values: [press]}]}}]}}' ;;
  pinned) selector='nodeSelector: {node.kubernetes.io/instance-type: large}' ;;
esac
kubectl create -f - <<END
apiVersion: apps/v1
kind: Deployment
metadata: {name: meter, namespace: ${namespace}, labels: {app: meter}}
spec:
  replicas: 1
  selector: {matchLabels: {app: meter}}
  template:
    metadata:
      labels: {app: meter}
      $annotations
    spec:
      terminationGracePeriodSeconds: 2
      $selector
      $affinity
      containers:
        - name: meter
          image: registry.example/meter:1.0
          resources: {requests: {cpu: 50m, memory: 32Mi}}
END
if [ ${insomnia} = stray ]; then
  kubectl create -f - <<END
apiVersion: v1
kind: Pod
metadata: {name: look-around, namespace: ${namespace}}
spec:
  terminationGracePeriodSeconds: 1
  nodeSelector: {world.kubedan.dev/node-pool: press}
  containers: [{name: shell, image: registry.example/shell:1.0, resources: {requests: {cpu: 10m, memory: 16Mi}}}]
END
  kubectl wait pod/look-around --for=condition=Ready --timeout=180s
fi
