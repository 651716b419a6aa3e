/** A Service's data has one entry, `facts`: see ServiceFacts. */
export type LookupKind = 'ConfigMap' | 'Secret' | 'PersistentVolumeClaim' | 'Service';

/** What is known of an object that a pod refers to. `data` holds texts; binary values are base64-decoded as Latin-1. */
export type Lookup = { state: 'unknown' } | { state: 'absent' } | { state: 'present'; data: Record<string, string> };

export interface Need {
  kind: LookupKind;
  namespace: string;
  name: string;
}

/** Answers from what is known; the pod machine notes what was unknown and asks again when it is there. */
export type LookUp = (need: Need) => Lookup;

/** The result of something that may have to wait for lookups, or be refused with a kubelet's message. */
export type Resolved<T> =
  { state: 'waiting' } | { state: 'refused'; message: string } | { state: 'resolved'; value: T };
