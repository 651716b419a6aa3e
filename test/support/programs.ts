import { findPrograms, type ProgramName } from '@kubedan/binaries';
import { readConfig } from '@kubedan/server/config';
import path from 'node:path';

const { storage } = readConfig(process.env);

/** Where the programs are kept between runs, as the server has it. */
export const cacheDir = storage.KUBEDAN_CACHE_DIR;

/** Planes of tests live for a moment, and one bootstrapped etcd is enough for all of them. */
export const briefPlanes = { brief: true, preparedDir: path.join(cacheDir, 'prepared') };

const ofAPlane = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
] as const satisfies ProgramName[];

/** A plane's programs as the server finds them. */
export async function planePrograms(): Promise<Record<(typeof ofAPlane)[number], string>> {
  const { KUBEDAN_BIN_DIR: explicitDir } = storage;
  return findPrograms([...ofAPlane], { cacheDir, ...(explicitDir === undefined ? {} : { explicitDir }) });
}
