import { expect, it } from 'vitest';
import { Told } from './told.js';

it('is told what is new, what has changed and what is gone, and nothing twice', () => {
  const heard: string[] = [];
  const told = new Told<{ key: string; value: number }>(
    ({ key, value }) => heard.push(`${key}=${value}`),
    (key) => heard.push(`-${key}`),
  );
  const tell = (...facts: [string, number][]) =>
    told.tell(
      facts.map(([key, value]) => ({ key, value })),
      ({ key }) => key,
    );
  tell(['a', 1], ['b', 1]);
  tell(['a', 1], ['b', 2]);
  tell(['b', 2]);
  tell(['b', 2], ['a', 1]);
  expect(heard).toEqual(['a=1', 'b=1', 'b=2', '-a', 'a=1']);
  expect([...told.keys]).toEqual(['b', 'a']);
});
