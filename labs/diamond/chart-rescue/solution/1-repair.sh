#!/usr/bin/env bash
set -euo pipefail
sed -i "s/^version: .*/version: 1.1.0/; s/^appVersion: .*/appVersion: '${newTag}'/" chart/Chart.yaml
sed -i "s/tag: .*/tag: '${newTag}'/" chart/values.yaml
sed -i 's/[.]Values[.]${misnamed}/.Values.replicas/; s/^\( *\)\(value: {{ .Values.menu.today | quote }}\)$/\1\2\n            {{- end }}/' chart/templates/deployment.yaml
cat usage.csv
# Of CPU just the peak, as it can be lent; of memory as much room above it as is allowed, as it cannot.
sed -i "s/cpu: .*/cpu: ${peakCpu}m/; s/memory: .*/memory: $((${peakMemory} * 3 / 2))Mi/" chart/values.yaml
helm lint chart
