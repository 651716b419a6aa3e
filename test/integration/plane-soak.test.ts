import { expect, it } from 'vitest';
import { soakPlanes } from '../support/plane-soak.js';

it('starts and ends six planes, three at once, and leaves no process, port, directory or descriptor behind', async () => {
  const result = await soakPlanes({ starts: 6, atOnce: 3 });
  expect(result.failures).toEqual([]);
  expect(result.after.children).toEqual(result.before.children);
  expect(result.after.ports).toEqual(result.before.ports);
  expect(result.after.directories).toEqual([]);
  expect(result.after.descriptors).toBeLessThanOrEqual(result.before.descriptors);
});
