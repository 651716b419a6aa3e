set -euo pipefail
kubectl run other --image=registry.example/odd:1.0 --labels=app=other
kubectl wait --for=condition=Ready pod/other --timeout=60s
kubectl patch service web -p '{"spec": {"selector": {"app": "other"}, "ports": [{"port": 80, "targetPort": 7000}]}}'
