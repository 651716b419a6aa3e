#!/usr/bin/env bash
set -euo pipefail
cat usage.csv
kubectl set resources deployment/oven -c oven --requests=cpu=${ovenCpu}m,memory=${ovenMemory}Mi --limits=memory=320Mi
kubectl set resources deployment/mixer -c mixer --requests=cpu=240m,memory=${mixerMemory}Mi --limits=memory=240Mi
kubectl rollout status deployment/oven --timeout=180s
kubectl rollout status deployment/mixer --timeout=180s
