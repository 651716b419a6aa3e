#!/usr/bin/env bash
# A house that is full: what the platform leaves of each node holds three Pods of ${slot}Mi, and one team has taken all six places.
set -euo pipefail

# Real nodes have the memory of the machine they run on: the platform takes all but three and a half places.
allocatable=$(kubectl get node node-1 -o jsonpath='{.status.allocatable.memory}')
case $allocatable in
  *Ki) mebibytes=$((${allocatable%Ki} / 1024)) ;;
  *Mi) mebibytes=${allocatable%Mi} ;;
  *Gi) mebibytes=$((${allocatable%Gi} * 1024)) ;;
  *) mebibytes=$((allocatable / 1024 / 1024)) ;;
esac
reserve=$((mebibytes - ${slot} * 7 / 2))
if ((reserve < 1)); then
  echo "A node must have $((${slot} * 7 / 2 + 1)) MiB of memory; node-1 has $mebibytes."
  exit 1
fi

case ${flaw} in
  never) value=1000 policy=Never ;;
  negative) value=-1000 policy=PreemptLowerPriority ;;
esac
kubectl create -f - <<END
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: important}
value: $value
preemptionPolicy: $policy
description: Made last year for the shop, and never tried.
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: reserve, namespace: platform}
spec:
  selector: {matchLabels: {app: reserve}}
  template:
    metadata: {labels: {app: reserve}}
    spec:
      priorityClassName: platform
      containers:
        - name: reserve
          image: registry.example/reserve:1.0
          resources: {requests: {memory: ${reserve}Mi}}
END
kubectl rollout status daemonset/reserve -n platform --timeout=180s

# @param team, workers, memory of each
team() {
  cat <<END
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: worker, namespace: $1, labels: {app: worker, house: neighbours}}
spec:
  replicas: $2
  selector: {matchLabels: {app: worker}}
  template:
    metadata: {labels: {app: worker}}
    spec:
      terminationGracePeriodSeconds: 2
      containers:
        - name: worker
          image: registry.example/$1:1.0
          resources: {requests: {memory: $3}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: mailer, namespace: $1, labels: {app: mailer, house: neighbours}}
spec:
  selector: {matchLabels: {app: mailer}}
  template:
    metadata: {labels: {app: mailer}}
    spec:
      terminationGracePeriodSeconds: 2
      containers:
        - name: mailer
          image: registry.example/mailer:1.0
END
}
case ${glutton} in
  films) { team films 7 ${slot}Mi; team reports 8 16Mi; } ;;
  reports) { team reports 7 ${slot}Mi; team films 8 16Mi; } ;;
esac | kubectl create -f -
kubectl wait --for=jsonpath='{.status.availableReplicas}'=6 deployment/worker -n ${glutton} --timeout=180s

# The shop comes last.
kubectl create -f - <<END
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, namespace: ${namespace}, labels: {app: shop}}
spec:
  replicas: 3
  # Old and new prices are never shown side by side.
  strategy: {type: Recreate}
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      terminationGracePeriodSeconds: 2
      containers:
        - name: shop
          image: registry.example/shop:1.0
          ports: [{containerPort: 8080}]
          resources: {requests: {memory: ${slot}Mi}}
          readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 1}
END
