import { AxeBuilder } from '@axe-core/playwright';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noBrowser, PreviewProcess, root, startBrowser } from '../support/index.js';

if (noBrowser !== undefined) console.log(`Tests in a browser are skipped: ${noBrowser}`);

describe.skipIf(noBrowser !== undefined)('an author in a browser', () => {
  let dir: string;
  let preview: PreviewProcess;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    dir = path.join(await mkdtemp(path.join(tmpdir(), 'kubedan-preview-')), 'first-pod');
    await cp(path.join(root, 'labs/bronze/first-pod'), dir, { recursive: true });
    [preview, browser] = await Promise.all([PreviewProcess.start(dir), startBrowser()]);
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-US' });
    page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    await page.goto(preview.url);
  });
  afterAll(async () => {
    await browser?.close();
    await preview?.[Symbol.asyncDispose]();
    await rm(path.dirname(dir), { recursive: true });
  });

  const change = async (file: string, from: string | RegExp, to: string): Promise<void> => {
    const text = await readFile(path.join(dir, file), 'utf8');
    const changed = text.replace(from, to);
    expect(changed).not.toBe(text);
    await writeFile(path.join(dir, file), changed);
  };
  const variable = (name: string) => page.getByRole('row', { name: new RegExp(`^${name} `) });

  it('sees the text, the tasks and what the seed draws, in both languages', async () => {
    await page.getByRole('heading', { level: 1, name: 'Your first lunch box' }).waitFor();
    await page.getByTestId('check-right-image').getByText('The Pod runs the image that was ordered').waitFor();
    await page.getByLabel('Language').selectOption('zh');
    await page.getByRole('heading', { level: 1, name: '你的第一份便当' }).waitFor();
    await page.getByLabel('语言').selectOption('en');
    const pod = (await variable('pod').getByRole('cell').textContent()) ?? '';
    await page.getByRole('region', { name: 'Instructions' }).getByText(pod).first().waitFor();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))).toEqual([]);
    }
  });

  it('chooses another seed, as lab prove counts them or any', async () => {
    await page.getByRole('button', { name: 'Next seed' }).click();
    await page.waitForURL(/\?seed=seed-2$/);
    await page.getByRole('textbox', { name: 'Seed' }).fill('my-seed');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.waitForURL(/\?seed=my-seed$/);
    await page.getByRole('region', { name: 'What this seed draws' }).waitFor();
    expect(await page.getByRole('textbox', { name: 'Seed' }).inputValue()).toBe('my-seed');
  });

  it('asks for a hint, answers a question, and reads the debrief', async () => {
    await page.getByRole('button', { name: 'Show a hint' }).first().click();
    await page.getByRole('button', { name: 'Show the hint' }).click();
    await page.getByText('A recipe that is packed once').waitFor();
    const question = page.getByTestId('check-image-or-container');
    await question.getByLabel('The image is the packed template').check();
    await question.getByRole('button', { name: 'Answer' }).click();
    await question.getByText('starts as many containers as you like').waitFor();
    await page.getByRole('button', { name: 'At its end' }).click();
    await page.getByRole('heading', { name: 'Why it was so' }).waitFor();
    await page.getByRole('button', { name: 'At work' }).click();
    await page.getByRole('heading', { name: 'Why it was so' }).waitFor({ state: 'detached' });
    expect(await page.getByText('A recipe that is packed once').count()).toBe(0);
  });

  it('sees each save, and mistakes with their place instead of what was there before', async () => {
    await change('text.en.md', /^# .*/, '# Lunch, served');
    await page.getByRole('heading', { name: 'Lunch, served' }).waitFor();
    await change('lab.yaml', 'tier: bronze', 'tier: wood');
    await page.getByRole('heading', { level: 1, name: '1 mistake in this lab' }).waitFor();
    const mistake = page.getByRole('listitem').filter({ hasText: 'metadata.tier' });
    await mistake.getByText(/^lab\.yaml:\d+:9$/).waitFor();
    await mistake.getByText('"wood" is not allowed').waitFor();
    expect(await mistake.getByText('diamond').count()).toBe(1);
    expect(await page.getByText('Lunch, served').count()).toBe(0);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
    await change('lab.yaml', 'tier: wood', 'tier: silver');
    await page.getByRole('heading', { name: 'Lunch, served' }).waitFor();
    await page.getByRole('main').getByText('Silver', { exact: true }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('fits a phone', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole('heading', { level: 1 }).waitFor();
    // The parts change their places a moment after the window has changed its size.
    const fits = await page.waitForFunction(() => document.documentElement.scrollWidth <= innerWidth);
    expect(await fits.jsonValue()).toBe(true);
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  it('ends it with Ctrl-C, and the page says so', async () => {
    expect(await preview.stop()).toBe(0);
    await page.getByText('The preview has ended').waitFor();
  });
});
