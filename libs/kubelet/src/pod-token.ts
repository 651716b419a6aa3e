import { createHash } from 'node:crypto';
import type { Pod } from './pod-types.js';

const ISSUER = 'https://kubernetes.default.svc.cluster.local';
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const hex = (text: string) => createHash('sha256').update(text).digest('hex');

/**
 * The token of a pod's ServiceAccount as a kubelet mounts it: the claims that the API server would write, signed by nobody.
 * Pods are played, so that a token that opens something would only serve to lend its bearer the rights of any ServiceAccount.
 * @param now milliseconds since 1970
 */
export function podToken(pod: Pod, seed: string, now: number, audience = ISSUER, lifetimeSeconds = 3_607): string {
  const { name, namespace = 'default', uid = '' } = pod.metadata;
  const account = pod.spec.serviceAccountName ?? 'default';
  const issuedAt = Math.floor(now / 1000);
  const id = hex(`${seed}/token/${uid}/${audience}`);
  const claims = {
    aud: [audience],
    exp: issuedAt + lifetimeSeconds,
    iat: issuedAt,
    iss: ISSUER,
    jti: `${id.slice(0, 8)}-${id.slice(8, 12)}-4${id.slice(13, 16)}-a${id.slice(17, 20)}-${id.slice(20, 32)}`,
    'kubernetes.io': {
      namespace,
      node: { name: pod.spec.nodeName },
      pod: { name, uid },
      serviceaccount: { name: account },
    },
    nbf: issuedAt,
    sub: `system:serviceaccount:${namespace}:${account}`,
  };
  // As long as the signature of a key of 2048 bits.
  const signature = Buffer.from(Array.from({ length: 8 }, (_, index) => hex(`${id}/${index}`)).join(''), 'hex');
  return `${part({ alg: 'RS256', kid: hex(`${seed}/kid`).slice(0, 43) })}.${part(claims)}.${signature.toString('base64url')}`;
}
