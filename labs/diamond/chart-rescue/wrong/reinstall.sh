#!/usr/bin/env bash
# A fresh start: the counter is closed meanwhile, and the history is gone; and memory is a mebibyte short.
set -euo pipefail
sed -i "s/^version: .*/version: 1.1.0/; s/^appVersion: .*/appVersion: '${newTag}'/" chart/Chart.yaml
sed -i "s/tag: .*/tag: '${newTag}'/" chart/values.yaml
sed -i 's/[.]Values[.]${misnamed}/.Values.replicas/; s/^\( *\)\(value: {{ .Values.menu.today | quote }}\)$/\1\2\n            {{- end }}/' chart/templates/deployment.yaml
sed -i "s/cpu: .*/cpu: $((${peakCpu} * 6 / 5))m/; s/memory: .*/memory: $((${peakMemory} - 1))Mi/" chart/values.yaml
helm lint chart
helm uninstall ${release} --wait
helm install ${release} chart --set counter=${counter}
kubectl rollout status deployment/${release} --timeout=180s
