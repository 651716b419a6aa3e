#!/usr/bin/env bash
# The note is on the right stall, for people who cannot help. Tills were ordered, and cannot come: nobody looked whether they did.
set -euo pipefail
kubectl label deployment ${ailing} call=everybody
kubectl set image deployment/till till=registry.example/till:noon
kubectl scale deployment/till --replicas=${noon}
kubectl wait deployment/till --for=jsonpath='{.spec.replicas}'=${noon} --timeout=180s
