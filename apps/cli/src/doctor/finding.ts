/** One thing that was looked at. `missing` keeps Kubedan from working, `limited` takes a part of it away. */
export interface Finding {
  what: string;
  state: 'good' | 'limited' | 'missing';
  /** What was found. */
  found: string;
  /** What to do, when it is not good. */
  remedy?: string;
}
