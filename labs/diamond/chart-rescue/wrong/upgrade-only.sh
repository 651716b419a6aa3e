#!/usr/bin/env bash
# Ships the chart, then once more with another menu, and leaves it at that; it still tells of the old kitchen, and asks for
# a millicore more than half above the peak.
set -euo pipefail
sed -i "s/^version: .*/version: 1.1.0/" chart/Chart.yaml
sed -i "s/tag: .*/tag: '${newTag}'/" chart/values.yaml
sed -i 's/[.]Values[.]${misnamed}/.Values.replicas/; s/^\( *\)\(value: {{ .Values.menu.today | quote }}\)$/\1\2\n            {{- end }}/' chart/templates/deployment.yaml
sed -i "s/cpu: .*/cpu: $((${peakCpu} * 3 / 2 + 1))m/; s/memory: .*/memory: $((${peakMemory} * 6 / 5))Mi/" chart/values.yaml
helm lint chart
helm upgrade ${release} chart --reset-values --set counter=${counter}
kubectl rollout status deployment/${release} --timeout=180s
helm upgrade ${release} chart --set menu.today=noodles
kubectl rollout status deployment/${release} --timeout=180s
