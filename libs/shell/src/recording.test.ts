import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Recording } from './recording.js';

it('writes an asciicast with times in seconds, and ends it when it is full', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'kd-recording-'));
  const path = join(dir, 'a.cast');
  let now = 1_700_000_000_000;
  const recording = new Recording(path, { cols: 80, rows: 24 }, 400, () => now);
  recording.output('first');
  now += 1_500;
  recording.resize(100, 30);
  recording.output('段'.repeat(200));
  recording.output('never written');
  await expect.poll(() => readFileSync(path, 'utf8').trim().split('\n').length).toBe(4);
  const [header, ...events] = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(header).toMatchObject({ version: 2, width: 80, height: 24, timestamp: 1_700_000_000 });
  expect(events).toEqual([
    [0, 'o', 'first'],
    [1.5, 'r', '100x30'],
    [1.5, 'm', 'The recording is full and ends here.'],
  ]);
  rmSync(dir, { recursive: true });
});
