import type { KubeClient, KubeObject, ListQuery } from '@kubedan/kube';

/** What is asked for a check, as no watch would tell it. */
export interface Inquiry {
  /** Sets of objects; when they change, an answer is likely to be another one. */
  readonly triggers: readonly ListQuery[];
  /**
   * @param items of each of the triggers
   * @returns a text that is another one when there is a reason to ask anew
   */
  reasonOf(items: readonly (readonly KubeObject[])[]): string;
  /**
   * Asks once, within its own limit of time.
   * @throws when nothing can be said, as the API server itself is away; never for what the other side does
   */
  ask(client: KubeClient, signal: AbortSignal): Promise<Answer>;
}

export type Answer =
  | {
      /** What the check's expression sees. */
      seen: unknown;
      /** False when the other side was not there, or gave no answer. */
      reached: boolean;
    }
  /** The lab asks for what cannot be asked: a variable's value makes no sense there. */
  | { mistake: string };
