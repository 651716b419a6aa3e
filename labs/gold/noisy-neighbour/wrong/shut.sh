#!/usr/bin/env bash
# The neighbour's Deployment is made small by a stranger's hand, and large again once the shop is in; its quota would let it all
# happen again, and the other team, who took nothing, is given the tight one.
set -euo pipefail
kubectl scale deployment/worker -n ${glutton} --replicas=3
kubectl rollout status deployment/shop --timeout=180s
kubectl scale deployment/worker -n ${glutton} --replicas=7
kubectl create quota share -n films --hard=requests.memory=$([ ${glutton} = films ] && echo 16Gi || echo ${share}Mi)
kubectl create quota share -n reports --hard=requests.memory=$([ ${glutton} = reports ] && echo 16Gi || echo ${share}Mi)
for team in films reports; do
  kubectl wait --for=jsonpath='{.status.used.requests\.memory}' quota/share -n $team --timeout=30s
done
