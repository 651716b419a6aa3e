import { describe, expect, it } from 'vitest';
import { ForbiddenOriginError } from '../problems/problem.error.js';
import { AllowedHosts } from './allowed-hosts.js';

describe('AllowedHosts', () => {
  const hosts = new AllowedHosts('127.0.0.1', 'https://learn.example');

  it('lets the names of this machine and the public name in', () => {
    for (const host of ['127.0.0.1:7070', 'localhost:7070', '[::1]:7070', 'learn.example']) {
      expect(() => hosts.check({ host })).not.toThrow();
    }
  });

  it('refuses a name that somebody else had lead to us', () => {
    expect(() => hosts.check({ host: 'evil.example:7070' })).toThrow(ForbiddenOriginError);
    expect(() => hosts.check({})).toThrow(ForbiddenOriginError);
  });

  it('refuses pages of other sites, and of other ports of this machine', () => {
    const host = '127.0.0.1:7070';
    expect(() => hosts.check({ host, origin: 'http://127.0.0.1:7070' })).not.toThrow();
    expect(() => hosts.check({ host, origin: 'http://127.0.0.1:9999' })).toThrow(ForbiddenOriginError);
    expect(() => hosts.check({ host, origin: 'https://evil.example' })).toThrow(ForbiddenOriginError);
    expect(() => hosts.check({ host, origin: 'null' })).toThrow(ForbiddenOriginError);
    expect(() => hosts.checkFetch({ host, 'sec-fetch-site': 'cross-site' })).toThrow(ForbiddenOriginError);
  });
});
