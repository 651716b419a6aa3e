set -e
kubectl patch deployment shop --patch-file /lab/wrong/jumpy-patch.yaml
kubectl rollout status deployment shop
