/** One value of a metric, with the name that it has in Prometheus (`…_bucket`, `…_sum` and `…_count` for histograms). */
export interface MetricSample {
  name: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

export interface MetricFamily {
  name: string;
  type: 'counter' | 'gauge' | 'histogram';
  help: string;
  samples: MetricSample[];
}

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

/** @returns the text that Prometheus reads (exposition format 0.0.4) */
export function expositionOf(families: Iterable<MetricFamily>): string {
  const lines: string[] = [];
  for (const { name, type, help, samples } of families) {
    if (samples.length === 0) continue;
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
    for (const sample of samples) {
      const pairs = Object.entries(sample.labels).map(([key, text]) => `${key}="${escaped(text)}"`);
      const value = sample.value === Infinity ? '+Inf' : sample.value === -Infinity ? '-Inf' : String(sample.value);
      lines.push(`${sample.name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`);
    }
  }
  return `${lines.join('\n')}\n`;
}
