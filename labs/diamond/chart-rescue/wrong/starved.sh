#!/usr/bin/env bash
# Cheap until Friday: a millicore less than the peak.
set -euo pipefail
sed -i "s/^version: .*/version: 1.1.0/; s/^appVersion: .*/appVersion: '${newTag}'/" chart/Chart.yaml
sed -i "s/tag: .*/tag: '${newTag}'/" chart/values.yaml
sed -i 's/[.]Values[.]${misnamed}/.Values.replicas/; s/^\( *\)\(value: {{ .Values.menu.today | quote }}\)$/\1\2\n            {{- end }}/' chart/templates/deployment.yaml
cat usage.csv
sed -i "s/cpu: .*/cpu: $((${peakCpu} - 1))m/; s/memory: .*/memory: $((${peakMemory} * 6 / 5))Mi/" chart/values.yaml
helm lint chart
helm upgrade ${release} chart --reset-values --set counter=${counter}
kubectl rollout status deployment/${release} --timeout=180s
helm rollback ${release} 1
kubectl rollout status deployment/${release} --timeout=180s
