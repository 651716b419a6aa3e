import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CertificateAuthority } from './certificates.js';

const now = Date.parse('2026-01-01T00:00:00Z');

describe('CertificateAuthority', () => {
  it('signs for clients with the keys of an authority that was made elsewhere', async () => {
    const made = await CertificateAuthority.create('kubernetes', now);
    const { cert, key } = await made.issue({ name: 'sub' });
    const loaded = await CertificateAuthority.load({ cert, key }, now);
    const issued = new X509Certificate((await loaded.issue({ name: 'anna', group: 'learners' })).cert);
    expect(issued.subject).toBe('O=learners\nCN=anna');
    expect(issued.issuer).toBe('CN=sub');
    expect(issued.verify(new X509Certificate(cert).publicKey)).toBe(true);
  });

  it('takes RSA keys in the form that kubeadm writes', async () => {
    const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const made = await CertificateAuthority.create('kubernetes', now);
    const key = pair.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
    const loaded = await CertificateAuthority.load({ cert: made.cert, key }, now);
    const issued = new X509Certificate((await loaded.issue({ name: 'anna' })).cert);
    expect(issued.verify(pair.publicKey)).toBe(true);
  });
});
