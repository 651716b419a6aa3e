import { AxeBuilder } from '@axe-core/playwright';
import { SandboxHost } from '@kubedan/shell';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noBrowser, ServerProcess, startBrowser } from '../support/index.js';

const sandbox = await SandboxHost.probe();
const cannot = noBrowser ?? (sandbox.available ? undefined : sandbox.reason);
if (cannot !== undefined) console.log(`Tests in a browser are skipped: ${cannot}`);

describe.skipIf(cannot !== undefined)('a learner in a browser', () => {
  let server: ServerProcess;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    server = await ServerProcess.start();
    browser = await startBrowser();
    context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      colorScheme: 'light',
      locale: 'en-US',
    });
    page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  });
  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
  });

  const terminal = () => page.getByRole('textbox', { name: /Terminal input|终端输入/ }).first();

  /** Types a command into the terminal as a person would. */
  async function type(command: string): Promise<void> {
    await terminal().focus();
    await page.keyboard.type(`${command}\n`);
  }

  /** What is there must come within the time that a person would wait. */
  const expectShown = (what: Locator): Promise<void> => what.first().waitFor();

  /** Waits until colours and places have stopped moving: in between, contrasts are nobody's. */
  async function settled(): Promise<void> {
    await page.evaluate(async () => {
      const ending = () =>
        document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity);
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      do {
        await Promise.allSettled(ending().map((one) => one.finished));
        // What ended may have set off another: two frames show it.
        await frame();
        await frame();
      } while (ending().length > 0);
    });
  }

  /** No barrier for anybody, in both themes. */
  async function expectAccessible(where: string): Promise<void> {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await settled();
      const { violations } = await new AxeBuilder({ page }).analyze();
      const found = violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${where}, ${colorScheme}: ${id}: ${html}: ${failureSummary}`),
      );
      expect(found).toEqual([]);
    }
    await page.emulateMedia({ colorScheme: 'light' });
  }

  it('finds the four tiers on the home page', async () => {
    await page.goto(server.url);
    await page.getByRole('heading', { level: 1 }).waitFor();
    for (const tier of ['Bronze', 'Silver', 'Gold', 'Diamond'])
      await page.getByRole('heading', { name: tier }).waitFor();
    await expectAccessible('home');
  });

  it('switches the whole page to Chinese and back', async () => {
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    await page.getByRole('combobox', { name: 'Language' }).selectOption('zh');
    await page.getByRole('heading', { name: '青铜' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toMatch(/^zh/);
    await expectAccessible('home in Chinese');
    await page.getByRole('combobox', { name: '语言' }).selectOption('en');
    await page.getByRole('heading', { name: 'Bronze' }).waitFor();
  });

  it('picks a lab and gets a terminal on a cluster', async () => {
    await page.goto(`${server.url}/labs`);
    await page.getByRole('button', { name: 'Start Roll back a bad release' }).waitFor();
    await expectAccessible('labs');
    await page.getByRole('button', { name: 'Start Roll back a bad release' }).click();
    await page.waitForURL(/\/sessions\//);
    await terminal().waitFor();
    await type('kubectl get deployments');
    await page.locator('.xterm-rows').getByText('READY').first().waitFor();
  });

  it('sees pods in trouble in the living picture', async () => {
    const picture = page.getByRole('region', { name: 'Cluster', exact: true });
    await picture.getByRole('heading', { name: 'Node node-1' }).waitFor();
    await picture
      .getByRole('button', { name: /^web-.*not ready, restarts: \d+/ })
      .first()
      .waitFor();
    await picture
      .getByRole('button', { name: /^web-.*: Running, ready, restarts: 0/ })
      .first()
      .waitFor();
    await expectAccessible('session');
  });

  it('finds the terminal as it was after a reload', async () => {
    await page.reload();
    await expectShown(page.locator('.xterm-rows').getByText('kubectl get deployments'));
  });

  it('writes a file in the editor that the terminal reads', async () => {
    await page.getByRole('tab', { name: 'Files' }).click();
    await page.getByRole('button', { name: 'New file' }).click();
    await page.getByRole('textbox', { name: 'Path' }).fill('note.txt');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('textbox', { name: /Editor: note.txt/ }).click();
    await page.keyboard.type('written in the editor');
    await page.keyboard.press('Control+S');
    await page.getByText('Saved').first().waitFor();
    await page.getByRole('tab', { name: 'Terminal' }).click();
    await type('tr a-z A-Z < note.txt');
    await expectShown(page.locator('.xterm-rows').getByText('WRITTEN IN THE EDITOR'));
  });

  it('takes a hint', async () => {
    await page.getByRole('button', { name: 'Show a hint' }).first().click();
    await page.getByRole('button', { name: 'Show the hint' }).click();
    await expectShown(page.getByText('Hint 1'));
  });

  it('pauses and goes on where it was', async () => {
    await page.getByRole('button', { name: 'Pause' }).first().click();
    await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('heading', { name: 'Paused' }).waitFor();
    await page.getByRole('button', { name: 'Resume' }).first().click();
    await terminal().waitFor();
    await type('kubectl get deployment web -o name');
    await expectShown(page.locator('.xterm-rows').getByText('deployment.apps/web'));
  });

  it('passes the lab: the checks tick by themselves', async () => {
    await type('kubectl rollout undo deployment/web');
    await page.getByRole('radio', { name: /takes an earlier Pod template/ }).check();
    await page.getByRole('button', { name: 'Answer' }).click();
    await page.getByRole('heading', { name: 'Passed!' }).waitFor();
    await page.getByRole('button', { name: /^Next:/ }).waitFor();
    await page.getByRole('region', { name: 'Why it was so' }).getByRole('heading', { name: 'What to take' }).waitFor();
    await expectAccessible('a passed session');
  });

  it('shows what was reached on the home page', async () => {
    await page.goto(server.url);
    await expectShown(page.getByText(/^1 of \d+ labs passed$/));
  });

  it('works on a small screen', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    for (const path of ['/', '/labs']) {
      await page.goto(`${server.url}${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow, `${path} scrolls sideways`).toBeLessThanOrEqual(0);
    }
  });

  it('ran without an error in the console', () => {
    expect(complaints).toEqual([]);
  });
});
