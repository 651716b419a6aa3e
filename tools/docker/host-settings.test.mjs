import { describe, expect, it } from 'vitest';
import { undoRules } from './host-settings.mjs';

const before = `*filter
:INPUT ACCEPT
:FORWARD ACCEPT
:OUTPUT ACCEPT
:MINE -
-A INPUT -p tcp --dport 22 -j ACCEPT
-A FORWARD -j MINE
*nat
:POSTROUTING ACCEPT
-A POSTROUTING -o eth0 -j MASQUERADE`.split('\n');
const bridge = 'br-0123456789ab';

describe('undoRules', () => {
  it('has nothing to do where nothing changed', () => {
    expect(undoRules(before, before)).toBe('');
    expect(undoRules([], [])).toBe('');
  });

  it('takes back what Docker added, and nothing else', () => {
    const after = `*filter
:INPUT ACCEPT
:FORWARD DROP
:OUTPUT ACCEPT
:MINE -
:DOCKER -
:DOCKER-USER -
-A INPUT -p tcp --dport 22 -j ACCEPT
-A INPUT -p tcp --dport 80 -j ACCEPT
-A FORWARD -j DOCKER-USER
-A FORWARD -o ${bridge} -j DOCKER
-A FORWARD -i ${bridge} ! -o ${bridge} -j ACCEPT
-A FORWARD -j MINE
-A DOCKER -d 172.18.0.2/32 -p tcp --dport 6443 -j ACCEPT
-A DOCKER-USER -j RETURN
*nat
:POSTROUTING ACCEPT
:DOCKER -
-A POSTROUTING -s 172.18.0.0/16 ! -o ${bridge} -j MASQUERADE
-A POSTROUTING -s 172.18.0.2/32 -d 172.18.0.2/32 -p tcp -m tcp --dport 6443 -j MASQUERADE
-A POSTROUTING -o eth0 -j MASQUERADE`.split('\n');
    expect(undoRules(before, after)).toBe(`*filter
-D FORWARD -j DOCKER-USER
-D FORWARD -o ${bridge} -j DOCKER
-D FORWARD -i ${bridge} ! -o ${bridge} -j ACCEPT
-F DOCKER
-F DOCKER-USER
-X DOCKER
-X DOCKER-USER
-P FORWARD ACCEPT
COMMIT
*nat
-D POSTROUTING -s 172.18.0.0/16 ! -o ${bridge} -j MASQUERADE
-D POSTROUTING -s 172.18.0.2/32 -d 172.18.0.2/32 -p tcp -m tcp --dport 6443 -j MASQUERADE
-F DOCKER
-X DOCKER
COMMIT
`);
  });

  it('leaves the chains and the rules of a Docker that was there before', () => {
    const there = [...before, '*raw', ':DOCKER -', '-A DOCKER -j RETURN'];
    expect(undoRules(there, there)).toBe('');
  });

  it('opens FORWARD again where there was no table before', () => {
    expect(undoRules([], ['*filter', ':FORWARD DROP', ':DOCKER -'])).toBe(
      '*filter\n-F DOCKER\n-X DOCKER\n-P FORWARD ACCEPT\nCOMMIT\n',
    );
  });
});
