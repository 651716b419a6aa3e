set -e
kubectl apply -f /lab/wrong/nearly.yaml
kubectl patch deployment shop --patch '{"spec": {"template": {"spec": {"containers": [{"name": "shop", "livenessProbe": null,
  "resources": {"requests": {"cpu": "600m", "memory": "128Mi"}, "limits": {"cpu": "1", "memory": "128Mi"}}}]}}}}'
