import { randomInt } from 'node:crypto';
import { networkInterfaces } from 'node:os';

/** Private addresses (RFC 1918) that few networks use; a cluster needs 16 of them for at most ten nodes. */
const base = [10, 211] as const;

/** @returns a /28 of 10.211.0.0/16 that no interface of this host has and none of `taken` names; Docker knows whether it is free */
export function pickSubnet(
  taken: ReadonlySet<string>,
  random: (below: number) => number = (below) => randomInt(below),
): string {
  for (;;) {
    const block = random(4096);
    const subnet = `${base.join('.')}.${block >> 4}.${(block & 15) << 4}/28`;
    const gateway = subnet.replace(/\d+\/28$/, String(((block & 15) << 4) + 1));
    const isHere = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === gateway));
    if (!taken.has(subnet) && !isHere) return subnet;
  }
}
