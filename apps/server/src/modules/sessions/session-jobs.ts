/** Any runner may take a queued session. */
export const provisionQueue = 'provision';
export interface ProvisionJob {
  sessionId: string;
  round: number;
}

/** Only the runner whose host has the cluster can do these. */
export const runnerQueue = (runner: string): string => `runner-${runner}`;
export type RunnerJob = ClusterJob | { /** The operator's word. */ action: 'end-all' };
export interface ClusterJob {
  /** settle: make the cluster sleep or run as its session says now, whatever it said when the job was written. */
  action: 'settle' | 'destroy';
  sessionId: string;
  /** Of the session when the job was written. */
  round: number;
  clusterId: string;
}
