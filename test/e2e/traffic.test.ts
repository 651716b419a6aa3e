import { AxeBuilder } from '@axe-core/playwright';
import { credentialsOf, KubeClient } from '@kubedan/kube';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noBrowser, ServerProcess, startBrowser } from '../support/index.js';

if (noBrowser !== undefined) console.log(`Tests in a browser are skipped: ${noBrowser}`);

/** Where pictures for a person's eye are put; none are taken without. */
const pictures = process.env['KUBEDAN_TEST_PICTURES'];

describe.skipIf(noBrowser !== undefined)('the traffic of a lab in a browser', () => {
  let server: ServerProcess;
  let browser: Browser;
  let page: Page;
  let client: KubeClient;
  let shop: { apiVersion: string; kind: string; namespace: string; name: string };
  const complaints: string[] = [];

  beforeAll(async () => {
    server = await ServerProcess.start();
    browser = await startBrowser();
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      colorScheme: 'light',
      reducedMotion: 'reduce',
      locale: 'en-US',
    });
    page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    await page.goto(`${server.url}/labs`);
    await page.getByRole('button', { name: 'Start Survive the flash sale' }).click();
    await page.waitForURL(/\/sessions\//);
    await page.getByRole('tab', { name: 'Traffic' }).click();
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    const kubeconfig = await (await context.request.get(`${server.url}/api/v1/sessions/${id}/kubeconfig`)).text();
    client = new KubeClient(credentialsOf(kubeconfig));
    const namespace = /namespace: (\w+)/.exec(kubeconfig)?.[1] ?? '';
    shop = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'shop' };
  });
  afterAll(async () => {
    await client?.close();
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
  });

  const panel = () => page.getByRole('tabpanel', { name: /^(Traffic|流量)$/ });

  async function expectAccessible(where: string, ...schemes: ('light' | 'dark')[]): Promise<void> {
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.evaluate(async () => {
        await Promise.allSettled(document.getAnimations().map((one) => one.finished));
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      });
      const { violations } = await new AxeBuilder({ page }).analyze();
      const found = violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${where}, ${colorScheme}: ${id}: ${html}: ${failureSummary}`),
      );
      expect(found).toEqual([]);
      if (pictures !== undefined) await page.screenshot({ path: `${pictures}/${where}-${colorScheme}.png` });
    }
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  }

  it('shows requests as they come', async () => {
    await panel()
      .getByRole('figure')
      .filter({ hasText: /Requests\/s\s*[1-9]/ })
      .waitFor();
    await panel()
      .getByRole('figure')
      .filter({ hasText: /Pods that serve\s*2/ })
      .waitFor();
    expect(await panel().getByRole('figure').count()).toBe(6);
  });

  it("marks the learner's own change, and moves through time by keyboard", async () => {
    await client.patch(shop, { spec: { replicas: 0 } }, { type: 'merge' });
    await panel().getByRole('button', { name: 'patch deployments/shop' }).waitFor();
    await panel()
      .getByRole('figure')
      .filter({ hasText: /Errors\/s\s*[1-9]/ })
      .waitFor();
    const cursor = panel().getByRole('slider');
    const now = Number(await cursor.getAttribute('aria-valuenow'));
    await cursor.press('Home');
    expect(Number(await cursor.getAttribute('aria-valuenow'))).toBeLessThan(now);
    expect(await cursor.textContent()).toContain(await cursor.getAttribute('aria-valuetext'));
    await cursor.press('Escape');
    await expectAccessible('charts', 'light', 'dark');
  });

  it('says the same in a table', async () => {
    await panel().getByRole('button', { name: 'As a table' }).click();
    await panel().getByRole('cell', { name: 'patch deployments/shop' }).waitFor();
    expect(await panel().getByRole('columnheader').count()).toBe(9);
    await panel().getByRole('button', { name: 'As charts' }).click();
  });

  it('shows where requests go and how they die', async () => {
    await panel().getByRole('tab', { name: 'Where requests go' }).click();
    await panel()
      .getByRole('listitem')
      .filter({ hasText: /no endpoint/ })
      .first()
      .waitFor();
    await expectAccessible('flow', 'light');
  });

  it('opens a request that died', async () => {
    await panel().getByRole('tab', { name: 'Single requests' }).click();
    await panel().getByRole('combobox').selectOption('errors');
    await panel()
      .getByRole('button', { name: /regulars no endpoint/ })
      .first()
      .click();
    const trace = panel().getByRole('region', { name: /^Request / });
    await trace.getByRole('listitem').filter({ hasText: 'client' }).first().waitFor();
    await expectAccessible('trace', 'light');
  });

  it('does so in Chinese, on a small screen', async () => {
    await page.getByRole('combobox', { name: 'Language' }).selectOption('zh');
    await panel()
      .getByRole('region', { name: /^请求 / })
      .waitFor();
    await expectAccessible('trace-zh', 'dark');
    await page.setViewportSize({ width: 390, height: 800 });
    await page.getByRole('tab', { name: '流量' }).click();
    for (const view of ['曲线', '请求去向', '单个请求']) {
      await panel().getByRole('tab', { name: view }).click();
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow, `${view} scrolls sideways`).toBeLessThanOrEqual(0);
      await expectAccessible(`small-${view}`, 'dark');
    }
  });

  it('ran without an error in the console', () => {
    expect(complaints).toEqual([]);
  });
});
