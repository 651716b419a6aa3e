import { describe, expect, it } from 'vitest';
import { readConfig } from './config.js';
import { ConfigInvalidError } from './config-invalid.error.js';

describe('readConfig', () => {
  it('listens on loopback, port 7070, when nothing is said', () => {
    const config = readConfig({});
    expect(config.http.KUBEDAN_HOST).toBe('127.0.0.1');
    expect(config.http.KUBEDAN_PORT).toBe(7070);
    expect(config.sessions.KUBEDAN_IDLE_AFTER).toBe(15 * 60_000);
  });

  it('names every bad variable and what is allowed', () => {
    expect(() => readConfig({ KUBEDAN_PORT: '70000', KUBEDAN_IDLE_AFTER: 'soon', KUBEDAN_ROLE: 'boss' })).toThrow(
      /KUBEDAN_PORT: allowed: a whole number from 0 to 65535; KUBEDAN_IDLE_AFTER: allowed: a duration from 1s to 24h.*KUBEDAN_ROLE: allowed: all, api, runner/,
    );
  });

  it('does not repeat a bad value, which may be a secret', () => {
    const read = () => readConfig({ KUBEDAN_DATABASE_URL: 'mysql://root:hunter2@db' });
    expect(read).toThrow(ConfigInvalidError);
    expect(read).toThrow(/^(?!.*hunter2).*KUBEDAN_DATABASE_URL/);
  });

  it('takes an empty variable for an absent one, as docker compose writes them', () => {
    expect(readConfig({ KUBEDAN_PORT: '' }).http.KUBEDAN_PORT).toBe(7070);
  });
});
