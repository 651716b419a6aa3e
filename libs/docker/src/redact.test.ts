import { describe, expect, it } from 'vitest';
import { redact } from './redact.js';

describe('redact', () => {
  it.each([
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIEvQ\n-----END RSA PRIVATE KEY-----', 'MIIEvQ'],
    ['-----BEGIN PRIVATE KEY-----\nMIIEvQ and the rest is cut', 'MIIEvQ'],
    ['client-key-data: LS0tLS1CRUdJTiBSU0EgUFJJ', 'LS0tLS1'],
    [
      'kubeadm join kind:6443 --token abcdef.0123456789abcdef --discovery-token-ca-cert-hash sha256:12',
      '0123456789abcdef',
    ],
    ['--certificate-key f8902e114ef118304e561c3ecd4d0b543adc226b7a07f675f56564185ffe0c07', 'f8902e'],
    ['Authorization: Bearer abc.def-123456', 'abc.def'],
    ['eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrdWJlcm5ldGVz.c2lnbmF0dXJl', 'c2lnbmF0dXJl'],
    ['docker run -e HTTP_PROXY=http://user:hunter2@proxy:3128 --name x', 'hunter2'],
    ['password = "hunter2"', 'hunter2'],
    ['"registryToken": "hunter2"', 'hunter2'],
    ['AWS_SECRET=hunter2', 'hunter2'],
  ])('hides the secret in %s', (text, secret) => {
    expect(redact(text)).not.toContain(secret);
    expect(redact(text)).toContain('***');
  });

  it.each([
    'Error response from daemon: No such container: kubedan-1',
    'Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host',
    'failed to pull image "kindest/node:v1.35.4@sha256:aabfbaf916de1af22a1e0bf56307b9f775e8e8961a61a653c86e373320dbea2e"',
    'unix:///var/run/docker.sock',
  ])('leaves %s as it is', (text) => {
    expect(redact(text)).toBe(text);
  });
});
