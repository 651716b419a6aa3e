#!/usr/bin/env bash
set -euo pipefail
helm get values ${release}
helm upgrade ${release} chart --reset-values --set counter=${counter}
kubectl rollout status deployment/${release} --timeout=180s
