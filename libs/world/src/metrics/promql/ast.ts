import type { Matcher } from '../time-series.js';

export type Expression =
  | { kind: 'number'; value: number; offset: number }
  | { kind: 'text'; value: string; offset: number }
  | {
      kind: 'selector';
      name: string | undefined;
      matchers: readonly Matcher[];
      /** `[5m]`: a range of points instead of the latest. */
      rangeMs: number | undefined;
      /** `offset 5m` */
      agoMs: number;
      offset: number;
    }
  | { kind: 'call'; name: string; args: readonly Expression[]; offset: number }
  | {
      kind: 'aggregation';
      operator: string;
      grouping: Grouping | undefined;
      parameter: Expression | undefined;
      of: Expression;
      offset: number;
    }
  | { kind: 'negation'; of: Expression; offset: number }
  | {
      kind: 'binary';
      operator: string;
      /** `bool`: 0 or 1 instead of a filter. */
      bool: boolean;
      matching: Matching | undefined;
      left: Expression;
      right: Expression;
      offset: number;
    };

export interface Grouping {
  without: boolean;
  labels: readonly string[];
}

export interface Matching {
  on: boolean;
  labels: readonly string[];
  /** The side of which several may belong to one of the other, and the labels that they take over from it. */
  many: { side: 'left' | 'right'; include: readonly string[] } | undefined;
}
