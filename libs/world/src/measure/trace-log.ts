import type { Outcome, Span, Trace } from '../figures.js';
import { outcomeOf, type OutcomeCode } from './series.js';

/** Where a span was worked on. */
export interface Place {
  pod: string;
  node?: string | undefined;
  version: string;
}
type OpenSpan = { -readonly [K in keyof Span]: Span[K] };

/** A sampled request while it is under way. */
export class OpenTrace {
  readonly #spans: OpenSpan[] = [];
  #closed = false;

  constructor(
    private readonly id: string,
    private readonly source: string,
    private readonly startMs: number,
  ) {}

  /** @param parent 0 for none @returns the span's number, from 1 */
  begin(parent: number, service: string, name: string, nowMs: number, place?: Place): number {
    if (this.#closed) return 0;
    const id = this.#spans.length + 1;
    this.#spans.push({
      id,
      ...(parent > 0 ? { parent } : {}),
      service,
      name,
      startMs: nowMs,
      endMs: Number.NaN,
      outcome: 'ok',
      ...(place ? { pod: place.pod, version: place.version, ...(place.node ? { node: place.node } : {}) } : {}),
    });
    return id;
  }

  /** Ends a span; what ends after the answer is not told any more. */
  end(span: number, nowMs: number, outcome: OutcomeCode): void {
    const open = this.#spans[span - 1];
    if (!open || this.#closed || !Number.isNaN(open.endMs)) return;
    open.endMs = nowMs;
    open.outcome = outcomeOf(outcome);
  }

  /** Ends the trace: what is still open was given up. */
  close(nowMs: number, outcome: OutcomeCode): Trace {
    this.#closed = true;
    for (const span of this.#spans) {
      if (!Number.isNaN(span.endMs)) continue;
      span.endMs = nowMs;
      span.outcome = span.parent === undefined ? outcomeOf(outcome) : 'timeout';
    }
    const how: Outcome = outcomeOf(outcome);
    return { id: this.id, source: this.source, startMs: this.startMs, endMs: nowMs, outcome: how, spans: this.#spans };
  }
}

const kept = 400;
const keptMs = 600_000;

/**
 * The traces of the last ten minutes, at most some hundreds: when there are more, those go first that were answered well and
 * no slower than the others.
 */
export class TraceLog {
  #traces: Trace[] = [];
  #count = 0;

  constructor(private readonly seed: string) {}

  open(source: string, nowMs: number): OpenTrace {
    this.#count += 1;
    const id = this.#count.toString(16).padStart(8, '0');
    return new OpenTrace(`${this.seed}${id}`, source, nowMs);
  }

  add(trace: Trace): void {
    this.#traces.push(trace);
    if (this.#traces.length < 2 * kept) return;
    const fresh = this.#traces.filter(({ endMs }) => endMs >= trace.endMs - keptMs);
    const times = fresh.map(({ startMs, endMs }) => endMs - startMs).toSorted((a, b) => a - b);
    const slowMs = times[Math.floor(times.length * 0.9)] ?? 0;
    const remarkable = ({ outcome, startMs, endMs }: Trace): boolean => outcome !== 'ok' || endMs - startMs > slowMs;
    const most = fresh.filter(remarkable).slice(-kept / 2);
    const others = fresh.filter((one) => !most.includes(one)).slice(most.length - kept);
    this.#traces = [...most, ...others].toSorted((a, b) => a.endMs - b.endMs);
  }

  /** @returns those that ended from that time on, oldest first */
  since(fromMs: number): Trace[] {
    return this.#traces.filter(({ endMs }) => endMs >= fromMs);
  }
}
