import type { TraceList, TraceQuery, TraceSummary, TraceView } from '@kubedan/contracts';
import type { Trace } from '@kubedan/world';

/** Spans that are shown of one trace; retries and calls can make many. */
const mostSpans = 200;

/** @param traces the oldest first */
export function traceListOf(traces: readonly Trace[], query: TraceQuery): TraceList {
  const found = traces.filter((trace) => fits(trace, query)).toReversed();
  if (query.sort === 'slowest') found.sort((a, b) => durationOf(b) - durationOf(a));
  return { traces: found.slice(0, query.limit).map(summaryOf), found: found.length };
}

export function traceOf(trace: Trace): TraceView {
  const { spans, ...head } = summaryOf(trace);
  return {
    ...head,
    spans: trace.spans.slice(0, mostSpans).map(({ startMs, endMs, name, ...span }) => ({
      ...span,
      what: name,
      startMs: startMs - trace.startMs,
      durationMs: endMs - startMs,
    })),
    cut: Math.max(0, spans - mostSpans),
  };
}

function fits(trace: Trace, { source, outcome, slowerThanMs }: TraceQuery): boolean {
  if (source !== undefined && trace.source !== source) return false;
  if (outcome === 'errors' ? trace.outcome === 'ok' : outcome !== undefined && trace.outcome !== outcome) return false;
  return slowerThanMs === undefined || durationOf(trace) > slowerThanMs;
}

const durationOf = ({ startMs, endMs }: Trace): number => endMs - startMs;

function summaryOf(trace: Trace): TraceSummary {
  const { id, source, startMs, outcome, spans } = trace;
  return { id, source, startMs, durationMs: durationOf(trace), outcome, spans: spans.length };
}
