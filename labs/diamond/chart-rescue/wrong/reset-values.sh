#!/usr/bin/env bash
# There and back, but the value that was set for this shop is thrown away on the way, and memory is a mebibyte too dear.
set -euo pipefail
sed -i "s/^version: .*/version: 1.1.0/; s/^appVersion: .*/appVersion: '${newTag}'/" chart/Chart.yaml
sed -i "s/tag: .*/tag: '${newTag}'/" chart/values.yaml
sed -i 's/[.]Values[.]${misnamed}/.Values.replicas/; s/^\( *\)\(value: {{ .Values.menu.today | quote }}\)$/\1\2\n            {{- end }}/' chart/templates/deployment.yaml
sed -i "s/cpu: .*/cpu: $((${peakCpu} * 6 / 5))m/; s/memory: .*/memory: $((${peakMemory} * 3 / 2 + 1))Mi/" chart/values.yaml
helm lint chart
helm upgrade ${release} chart --reset-values
kubectl rollout status deployment/${release} --timeout=180s
helm rollback ${release} 1
kubectl rollout status deployment/${release} --timeout=180s
