import type { Duplex } from 'node:stream';
import type { Need } from '../lookups.js';
import type { MeasuredNode, MeasuredPod } from '../metrics/resource-metrics.js';
import type { MeasuredTraffic } from '../metrics/traffic-metrics-api.js';
import type { Scrapes } from '../metrics/scrapes.js';
import type { PodMachine } from '../pod-machine.js';

/** One plane's nodes and pods, as its servers need them. */
export interface World {
  /** PEM texts: what the kubelet port shows. */
  readonly serving: { cert: string; key: string } | undefined;
  /** PEM text: the authority that signed the API server's own certificate. */
  readonly clientCA: string;
  nodeAt(host: string): { readonly failed: boolean; readonly spec: { readonly name: string } } | undefined;
  podAt(ip: string): { machine: PodMachine; node: { readonly failed: boolean } } | undefined;
  podNamed(namespace: string, name: string): PodMachine | undefined;
  /** When its metrics are read. */
  readonly scrapes: Scrapes;
  /** Undefined for clusters without traffic. */
  readonly measuredTraffic: MeasuredTraffic | undefined;
  measuredNodes(): MeasuredNode[];
  measuredPods(): MeasuredPod[];
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  readReferences(needs: readonly Need[]): Promise<void>;
  /** @throws DialRefusedError */
  dial(host: string, port: number): Duplex;
}
