#!/usr/bin/env bash
# The template is repaired, but nobody has looked whether the image exists.
set -euo pipefail
sed -i "s/^version: .*/version: 1.1.0/; s/^appVersion: .*/appVersion: '${newTag}'/" chart/Chart.yaml
sed -i 's/[.]Values[.]${misnamed}/.Values.replicas/; s/^\( *\)\(value: {{ .Values.menu.today | quote }}\)$/\1\2\n            {{- end }}/' chart/templates/deployment.yaml
helm upgrade ${release} chart
kubectl wait --for=jsonpath='{.status.observedGeneration}'=2 deployment/${release} --timeout=180s
helm rollback ${release} 1
kubectl rollout status deployment/${release} --timeout=180s
