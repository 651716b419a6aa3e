const zones = ['zone-a', 'zone-b', 'zone-c'] as const;

/** A node as labs know it, whoever provides it. */
export interface LabNode {
  name: string;
  zone: string;
}

/** @returns so many nodes, named as a person would, spread over three zones */
export const labNodes = (count: number): LabNode[] =>
  Array.from({ length: count }, (_, index) => ({
    name: `node-${index + 1}`,
    zone: zones[index % zones.length] ?? zones[0],
  }));
