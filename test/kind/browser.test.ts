import { SandboxHost } from '@kubedan/shell';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noBrowser, ServerProcess, startBrowser } from '../support/index.js';

const sandbox = await SandboxHost.probe();
const cannot = noBrowser ?? (sandbox.available ? undefined : sandbox.reason);
if (cannot !== undefined) console.log(`The browser test on real nodes is skipped: ${cannot}`);

describe.skipIf(cannot !== undefined)('a learner in a browser, on real nodes', () => {
  let server: ServerProcess;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    server = await ServerProcess.start({ env: { KUBEDAN_PROVIDERS: 'kind', KUBEDAN_PROVISION_TIMEOUT: '4m' } });
    browser = await startBrowser();
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-US' });
    page = await context.newPage();
    page.setDefaultTimeout(240_000);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
  });

  it('rolls a bad release back and passes', async () => {
    await page.goto(`${server.url}/labs`);
    await page.getByRole('button', { name: 'Start Roll back a bad release' }).click();
    await page.waitForURL(/\/sessions\//);
    const terminal = page.getByRole('textbox', { name: /Terminal input/ }).first();
    await terminal.waitFor();
    const type = async (command: string): Promise<void> => {
      await terminal.focus();
      await page.keyboard.type(`${command}\n`);
    };
    // The real kubelet's word, which no played node says.
    await type('kubectl get nodes -o wide');
    await page.locator('.xterm-rows').getByText('containerd://').first().waitFor();
    const picture = page.getByRole('region', { name: 'Cluster', exact: true });
    await picture
      .getByRole('button', { name: /^web-.*not ready/ })
      .first()
      .waitFor();
    await type('kubectl rollout undo deployment/web');
    await page.getByRole('radio', { name: /takes an earlier Pod template/ }).check();
    await page.getByRole('button', { name: 'Answer' }).click();
    await page.getByRole('heading', { name: 'Passed!' }).waitFor();
    expect(await page.getByText('played nodes').count()).toBe(0);
  });
});
