import { request } from 'node:https';
import { describe, expect, it } from 'vitest';
import { CertificateAuthority } from './certificates.js';
import { HealthGate } from './health-gate.js';
import { reservePort, releasePort } from './ports.js';

/** @returns the status and the Retry-After of the answer */
function ask(port: number, path: string): Promise<{ status: number; retryAfter: string | undefined }> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, rejectUnauthorized: false }, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] });
    })
      .on('error', reject)
      .end();
  });
}

describe('HealthGate', () => {
  it('waits for the controller manager and is not taken in by a kubectl of the learner', async () => {
    const authority = await CertificateAuthority.create('test', Date.now());
    const gate = new HealthGate(await authority.issue({ name: 'server' }, { ip: ['127.0.0.1'] }));
    const port = await reservePort();
    try {
      await gate.listen(port);
      let isAsked = false;
      const asked = gate.asked.then(() => (isAsked = true));
      expect(await ask(port, '/api/v1/namespaces/shop/pods?watch=true')).toEqual({ status: 503, retryAfter: '1' });
      expect(isAsked).toBe(false);
      const health = ask(port, '/healthz?timeout=1s');
      await asked;
      gate.leave();
      gate.open();
      expect(await health).toMatchObject({ status: 200 });
    } finally {
      gate.close();
      releasePort(port);
    }
  });
});
