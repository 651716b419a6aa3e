#!/usr/bin/env bash
# Everybody is important, the shop as much as the machines themselves; and the neighbour is thrown out to be let in again.
set -euo pipefail
kubectl create priorityclass everybody --value=1000 --global-default=true
kubectl patch deployment shop --type=merge --patch '{"spec": {"template": {"spec": {"priorityClassName": "platform"}}}}'
kubectl rollout status deployment/shop --timeout=180s
kubectl create quota share -n ${glutton} --hard=requests.memory=${share}Mi
kubectl wait --for=jsonpath='{.status.used.requests\.memory}' quota/share -n ${glutton} --timeout=30s
kubectl delete pod -n ${glutton} -l 'app in (worker, mailer)'
kubectl wait --for=jsonpath='{.status.availableReplicas}'=3 deployment/worker -n ${glutton} --timeout=180s
