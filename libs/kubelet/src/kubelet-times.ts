/** Constants of the kubelet, in milliseconds (pkg/kubelet/kubelet.go, pkg/kubelet/pod_workers.go). */
export const FIRST_BACKOFF = 10_000;
export const MAX_BACKOFF = 300_000;
/** A run longer than this makes the back-off begin anew: twice the longest delay (client-go flowcontrol.Backoff). */
export const BACKOFF_FORGOTTEN = 2 * MAX_BACKOFF;
/** An exit is noticed by the next relist of the runtime's containers. */
export const RELIST = 1_000;
/** How often an attempt that failed is repeated, and a waiting container's event too. */
export const RESYNC = 10_000;
/** How often a pod that waits in a long back-off is looked at. */
export const RESYNC_INTERVAL = 60_000;
/** What a kubelet tells before it starts a container again is seen for so long: as long as making a container takes. */
export const START_TAKES = 300;
export const CONFIG_RETRY = 5_000;
export const FIRST_MOUNT_RETRY = 500;
/** A kubelet waits up to two minutes; a learner who made the ConfigMap need not. */
export const MAX_MOUNT_RETRY = 8_000;
export const MIN_GRACE = 2_000;

/** Go's way to write a duration: `10s`, `2m40s`, `5m0s`, `203ms`. */
export function goDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)}ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${Number(seconds.toFixed(3))}s`;
  const minutes = Math.floor(seconds / 60);
  const rest = `${Number((seconds % 60).toFixed(3))}s`;
  return minutes < 60 ? `${minutes}m${rest}` : `${Math.floor(minutes / 60)}h${minutes % 60}m${rest}`;
}
