import type { PodPicture } from '@kubedan/contracts';
import { useEffect, useRef, useState } from 'react';

export interface ShownPod extends PodPicture {
  /** It is gone already and only fades. */
  isGone: boolean;
}

/** How long a pod that is gone still fades, in milliseconds; as long as its animation. */
const fades = 420;

/** Keeps pods that have disappeared for as long as their farewell lasts, at their place. */
export function useLingering(pods: readonly PodPicture[]): ShownPod[] {
  const before = useRef<readonly PodPicture[]>([]);
  const [gone, setGone] = useState<readonly PodPicture[]>([]);
  useEffect(() => {
    const here = new Set(pods.map(({ uid }) => uid));
    const left = before.current.filter(({ uid }) => !here.has(uid));
    before.current = pods;
    if (left.length === 0) return;
    setGone((old) => [...old, ...left]);
    const ids = new Set(left.map(({ uid }) => uid));
    // Not cleared by the next picture: each farewell ends by itself.
    setTimeout(() => setGone((old) => old.filter(({ uid }) => !ids.has(uid))), fades);
  }, [pods]);
  const here = new Set(pods.map(({ uid }) => uid));
  return [
    ...pods.map((pod) => ({ ...pod, isGone: false })),
    ...gone.filter(({ uid }) => !here.has(uid)).map((pod) => ({ ...pod, isGone: true })),
  ].sort((a, b) => a.namespace.localeCompare(b.namespace) || a.name.localeCompare(b.name));
}
