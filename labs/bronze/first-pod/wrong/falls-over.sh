#!/usr/bin/env bash
# The right image with a command that ends at once: it runs now and then, and is never ready.
set -euo pipefail
kubectl run ${pod} --image=registry.example/${dish}:${version} --labels=shelf=${shelf} --command -- false
kubectl wait --for=jsonpath='{.status.containerStatuses[0].state.waiting.reason}'=CrashLoopBackOff pod/${pod} --timeout=180s
