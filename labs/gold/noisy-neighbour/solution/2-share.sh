#!/usr/bin/env bash
set -euo pipefail
for team in films reports; do
  cat <<END
---
apiVersion: v1
kind: LimitRange
metadata: {name: sizes, namespace: $team}
spec: {limits: [{type: Container, defaultRequest: {memory: 100Mi}}]}
END
done | kubectl create -f -
kubectl create quota share -n ${glutton} --hard=requests.memory=${share}Mi
kubectl delete pod -n ${glutton} -l app=worker --field-selector=status.phase=Pending
kubectl delete pod -A -l app=mailer
for team in films reports; do kubectl rollout status deployment/mailer -n $team --timeout=180s; done
