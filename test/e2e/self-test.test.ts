import { AxeBuilder } from '@axe-core/playwright';
import { loadBank } from '@kubedan/placement';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noBrowser, ServerProcess, startBrowser } from '../support/index.js';

if (noBrowser !== undefined) console.log(`Tests in a browser are skipped: ${noBrowser}`);

const languages = ['en', 'zh'] as const;
type Language = (typeof languages)[number];

describe.skipIf(noBrowser !== undefined)('the self-test in a browser', () => {
  let server: ServerProcess;
  let browser: Browser;
  let page: Page;
  /** The right option of each question, by the question's text as the page shows it. */
  const right = new Map<string, string>();
  const complaints: string[] = [];

  beforeAll(async () => {
    const shown = (text: string): string => text.replaceAll('`', '');
    for (const { question, options } of (await loadBank()).items) {
      const correct = options.find((option) => option.correct)!.text;
      for (const language of languages) right.set(shown(question[language]), shown(correct[language]));
    }
    // No clusters: the self-test needs none.
    server = await ServerProcess.start({ env: { KUBEDAN_ROLE: 'api' } });
    browser = await startBrowser();
    page = await visit('en');
  });
  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
  });

  /** A new person. */
  async function visit(language: Language, viewport = { width: 1440, height: 900 }): Promise<Page> {
    const context = await browser.newContext({
      viewport,
      colorScheme: 'light',
      reducedMotion: 'reduce',
      locale: language === 'en' ? 'en-US' : 'zh-CN',
    });
    const opened = await context.newPage();
    opened.on('pageerror', (error) => complaints.push(String(error)));
    opened.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    return opened;
  }

  async function expectAccessible(where: string, of: Page = page): Promise<void> {
    for (const colorScheme of ['light', 'dark'] as const) {
      await of.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await of.evaluate(async () => {
        const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
        await Promise.allSettled(document.getAnimations().map((one) => one.finished));
        await frame();
        await frame();
      });
      const { violations } = await new AxeBuilder({ page: of }).analyze();
      const found = violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${where}, ${colorScheme}: ${id}: ${html}: ${failureSummary}`),
      );
      expect(found).toEqual([]);
    }
    await of.emulateMedia({ colorScheme: 'light' });
  }

  async function expectFits(where: string, of: Page = page): Promise<void> {
    const overflow = await of.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow, `${where} scrolls sideways`).toBeLessThanOrEqual(0);
  }

  const question = async (of: Page = page): Promise<string> => (await of.locator('#question').textContent()) ?? '';
  const number = (value: number) => page.getByText(`Question ${value}`, { exact: true });

  /** The key of the right option of the question that is shown. */
  async function rightKey(of: Page = page): Promise<string> {
    const text = right.get(await question(of));
    if (text === undefined) throw new Error(`not in the bank: ${await question(of)}`);
    const options = await of
      .getByRole('radio')
      .evaluateAll((radios) => radios.map((radio) => radio.closest('label')?.textContent ?? ''));
    return String(options.findIndex((option) => option.endsWith(text)) + 1);
  }

  it('is invited to from the home page and the header', async () => {
    await page.goto(server.url);
    await page.getByRole('heading', { name: 'Where do you stand?' }).waitFor();
    await page.getByRole('navigation').getByRole('link', { name: 'Self-test' }).click();
    await page.getByRole('heading', { level: 1, name: /what is your rank/ }).waitFor();
    await page.getByRole('button', { name: 'Begin' }).waitFor();
    await expectAccessible('the start of a self-test');
  });

  it('asks who one is, then the first question', async () => {
    await page.getByRole('radio', { name: /I write code/ }).check();
    await page.getByRole('button', { name: 'Begin' }).click();
    await page.waitForURL(/\/self-test\/[a-z0-9]+$/);
    await number(1).waitFor();
    await expectAccessible('a question');
  });

  it('is answered by keyboard alone: a digit, Enter, the explanation, Enter', async () => {
    const first = await question();
    await page.keyboard.press(await rightKey());
    await page.keyboard.press('Enter');
    await page.getByText('Your answer, and right').waitFor();
    await page.getByText('Right.', { exact: true }).waitFor();
    await expectAccessible('an explanation');
    await page.keyboard.press('Enter');
    await number(2).waitFor();
    expect(await question()).not.toBe(first);
  });

  it('takes "I do not know" for an answer', async () => {
    await page.keyboard.press('0');
    expect(await page.getByRole('radio', { name: 'I do not know' }).isChecked()).toBe(true);
    await page.keyboard.press('Enter');
    await page.getByText('Now you know.').waitFor();
    await page.getByText('The right answer').waitFor();
  });

  it('goes on where it was after a reload, and from the home page', async () => {
    await page.reload();
    await number(3).waitFor();
    const third = await question();
    await page.goto(server.url);
    await page.getByRole('link', { name: 'Continue' }).click();
    await number(3).waitFor();
    expect(await question()).toBe(third);
  });

  it('places who knows everything in diamond, with its uncertainty and the next labs', async () => {
    const more = page.getByRole('button', { name: 'Next question' });
    const result = page.getByRole('button', { name: 'See where you stand' });
    for (;;) {
      await page.keyboard.press(await rightKey());
      await page.keyboard.press('Enter');
      await more.or(result).waitFor();
      if (await result.isVisible()) break;
      const before = await question();
      await page.keyboard.press('Enter');
      await page.waitForFunction((old) => document.querySelector('#question')?.textContent !== old, before);
    }
    await result.click();
    await page.getByRole('heading', { level: 1, name: 'Diamond' }).waitFor();
    await page.getByText(/of 100 people who answer like you, \d+ are Diamond/).waitFor();
    expect(await page.getByRole('row').count()).toBe(7);
    await page.getByRole('heading', { name: 'Go on here' }).waitFor();
    await page
      .getByRole('button', { name: /^Start / })
      .first()
      .waitFor();
    await page.getByText('Only you can see this result.').waitFor();
    await page.locator('summary').first().click();
    await expectAccessible('a result');
  });

  it('keeps the result and can be taken again', async () => {
    await page.getByRole('link', { name: 'All results, or once more' }).click();
    await page.getByRole('heading', { name: 'Your results' }).waitFor();
    await expectAccessible('the history of self-tests');
    await page.getByRole('radio', { name: /I do neither/ }).check();
    await page.getByRole('button', { name: 'Take it again' }).click();
    await number(1).waitFor();
    await page.getByRole('link', { name: 'Go on later' }).click();
    await page.getByRole('button', { name: 'Start over' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Start over' }).click();
    await page.getByRole('button', { name: 'Take it again' }).waitFor();
    await page.goto(server.url);
    await page.getByRole('heading', { name: 'Your self-test: Diamond' }).waitFor();
  });

  it('tells somebody else nothing', async () => {
    await page.getByRole('link', { name: 'See the result' }).click();
    await page.getByRole('heading', { level: 1, name: 'Diamond' }).waitFor();
    const other = await visit('en');
    const before = complaints.length;
    await other.goto(page.url());
    await other.getByText(/There is no such self-test/).waitFor();
    expect(await other.getByText('Diamond').count()).toBe(0);
    // The browser itself complains of the 404.
    complaints.splice(before);
    await other.context().close();
  });

  it('is the same in Chinese on a small screen', async () => {
    const phone = await visit('zh', { width: 390, height: 844 });
    await phone.goto(`${server.url}/self-test`);
    await phone.getByRole('heading', { level: 1, name: '云原生生存段位自测' }).waitFor();
    await expectFits('the start', phone);
    await phone.getByRole('radio', { name: /我不写代码/ }).check();
    await phone.getByRole('button', { name: '开始' }).click();
    const more = phone.getByRole('button', { name: '下一题' });
    const result = phone.getByRole('button', { name: '看看我的段位' });
    for (let asked = 1; ; asked += 1) {
      await phone.getByText(`第 ${asked} 题`, { exact: true }).waitFor();
      await expectFits(`question ${asked}`, phone);
      await phone.getByText('不知道', { exact: true }).click();
      await phone.getByRole('button', { name: '作答' }).click();
      await more.or(result).waitFor();
      await expectFits(`explanation ${asked}`, phone);
      if (await result.isVisible()) break;
      await more.click();
    }
    await result.click();
    await phone.getByRole('heading', { level: 1, name: '青铜' }).waitFor();
    await expectFits('the result', phone);
    await expectAccessible('a result in Chinese', phone);
    await phone.context().close();
  });

  it('ran without an error in the console', () => {
    expect(complaints).toEqual([]);
  });
});
