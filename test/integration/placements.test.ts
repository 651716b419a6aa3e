import type { LatestPlacement, PlacementList, PlacementReport, PlacementView, Problem } from '@kubedan/contracts';
import { type Bank, loadBank } from '@kubedan/placement';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../support/api.js';
import { TestServer } from './server-fixture.js';

type Choose = (view: PlacementView) => number | null;

describe('self-tests on a server', () => {
  let server: TestServer;
  let bank: Bank;
  beforeAll(async () => {
    bank = await loadBank();
    server = await TestServer.start({ KUBEDAN_ROLE: 'api', KUBEDAN_SELF_TESTS_PER_DAY: '3' });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  const begin = (api: Api, audience = 'coders'): Promise<PlacementView> =>
    api.ok<PlacementView>('POST', '/placements', { audience });
  const answer = (api: Api, view: PlacementView, option: number | null): Promise<PlacementView> =>
    api.ok<PlacementView>('POST', `/placements/${view.id}/answer`, { question: view.question?.id, option });
  async function takeAll(api: Api, from: PlacementView, choose: Choose): Promise<PlacementView> {
    let view = from;
    while (view.state === 'active') view = await answer(api, view, choose(view));
    return view;
  }
  /** What somebody chooses who knows the whole bank. */
  const right: Choose = ({ question }) => {
    const item = itemOf(question?.text.en ?? '');
    const text = item?.options.find((option) => option.correct)?.text.en;
    return question?.options.findIndex((option) => option.en === text) ?? null;
  };
  const itemOf = (text: string) => bank.items.find((item) => item.question.en === text);
  const unknown: Choose = () => null;
  const problem = async (api: Api, method: string, path: string, body?: unknown) => {
    const { status, body: found } = await api.call<Problem>(method, path, body);
    return { status, code: found.code };
  };

  it('place who knows everything in diamond and who knows nothing in bronze, and keep the history', async () => {
    const api = await Api.visit(server.url);
    expect(await api.ok<LatestPlacement>('GET', '/placements/latest')).toEqual({ placement: null });
    const good = await takeAll(api, await begin(api), right);
    expect(good.result?.overall.tier).toBe('diamond');
    expect(good.answered.length).toBeLessThanOrEqual(good.most);
    const poor = await takeAll(api, await begin(api, 'everyone'), unknown);
    expect(poor.result?.overall.tier).toBe('bronze');
    for (const { text } of poor.answered) expect(itemOf(text.en)?.audience).toBe('everyone');
    const { placements } = await api.ok<PlacementList>('GET', '/placements');
    expect(placements.map(({ id, state }) => [id, state])).toEqual([
      [poor.id, 'finished'],
      [good.id, 'finished'],
    ]);
    const latest = await api.ok<LatestPlacement>('GET', '/placements/latest');
    expect(latest.placement).toMatchObject({ id: poor.id, result: { overall: { tier: 'bronze' } } });
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toContain('kubedan_placements_total{audience="coders",event="finished"} 1');
  });

  it('tell what is right only after the answer', async () => {
    const api = await Api.visit(server.url);
    const first = await begin(api);
    expect(Object.keys(first.question ?? {}).toSorted()).toEqual(['id', 'options', 'skill', 'text']);
    expect(JSON.stringify(first)).not.toMatch(/correct|difficulty|explanation|seed/);
    expect(first.question?.id).toMatch(/^[0-9a-f]{16}$/);
    expect(first.answered).toEqual([]);
    const option = right(first);
    const second = await answer(api, first, option);
    expect(second.answered).toMatchObject([
      { id: first.question?.id, chosen: option, right: option, explanation: { en: expect.any(String) } },
    ]);
    expect(second.question?.id).not.toBe(first.question?.id);
  });

  it('suggest labs by the weakest skill', async () => {
    const api = await Api.visit(server.url);
    const { id } = await takeAll(api, await begin(api), unknown);
    const report = await api.ok<PlacementReport>('GET', `/placements/${id}/result`);
    expect(report.labs).toMatchObject([{ name: 'tiny', tier: 'bronze', skill: 'scale' }]);
    expect(Object.keys(report.result.skills)).toHaveLength(6);
  });

  it('go on where they were after the server was killed', async () => {
    const api = await Api.visit(server.url);
    const second = await answer(api, await begin(api), 0);
    await server.killHard();
    await server.run();
    const again = api.at(server.url);
    expect(await again.ok<PlacementView>('GET', `/placements/${second.id}`)).toEqual(second);
    expect((await takeAll(again, second, right)).state).toBe('finished');
  });

  it('count an answer that comes twice, or twice at once, once', async () => {
    const api = await Api.visit(server.url);
    const first = await begin(api);
    const views = await Promise.all([answer(api, first, 1), answer(api, first, 1), answer(api, first, 1)]);
    for (const view of views) expect(view).toEqual(views[0]);
    expect(views[0]?.answered).toHaveLength(1);
    const path = `/placements/${first.id}/answer`;
    const taken = await problem(api, 'POST', path, { question: first.question?.id, option: 2 });
    expect(taken).toEqual({ status: 409, code: 'question-not-asked' });
  });

  it('refuse what makes no sense, and say why', async () => {
    const api = await Api.visit(server.url);
    const invalid = { status: 400, code: 'invalid-request' };
    for (const body of [{}, { audience: 'cats' }, { audience: 'coders', seed: 'mine' }, [], 'coders', undefined]) {
      expect(await problem(api, 'POST', '/placements', body)).toEqual(invalid);
    }
    const view = await begin(api);
    expect(await problem(api, 'POST', '/placements', { audience: 'everyone' })).toEqual({
      status: 409,
      code: 'placement-open',
    });
    const path = `/placements/${view.id}`;
    const question = view.question?.id;
    for (const body of [
      { question },
      { question, option: '1' },
      { question, option: -1 },
      { question, option: 1.5 },
      { question, option: 99 },
      { question: '', option: 0 },
      { question: 'x'.repeat(1000), option: 0 },
      { question, option: 0, outcome: 'right' },
    ]) {
      expect(await problem(api, 'POST', `${path}/answer`, body)).toEqual(invalid);
    }
    const notAsked = { status: 409, code: 'question-not-asked' };
    expect(await problem(api, 'POST', `${path}/answer`, { question: 'a\u0000b', option: 0 })).toEqual(notAsked);
    // Five options at most: where a question has all of them, the place after the last is no valid request to begin with.
    const beyond = view.question?.options.length ?? 0;
    const refused = beyond <= 4 ? notAsked : invalid;
    expect(await problem(api, 'POST', `${path}/answer`, { question, option: beyond })).toEqual(refused);
    expect(await problem(api, 'GET', `${path}/result`)).toEqual({ status: 409, code: 'placement-unfinished' });
    expect(await api.ok<PlacementView>('GET', path)).toEqual(view);
    const none = { status: 404, code: 'placement-not-found' };
    for (const id of ['nobody', '%00', '%E6%AE%B5', 'x'.repeat(500)]) {
      expect(await problem(api, 'GET', `/placements/${id}`)).toEqual(none);
    }
    const other = await Api.visit(server.url);
    expect(await problem(other, 'GET', path)).toEqual(none);
    expect(await problem(other, 'GET', `${path}/result`)).toEqual(none);
    expect(await problem(other, 'POST', `${path}/answer`, { question, option: 0 })).toEqual(none);
    expect(await problem(other, 'DELETE', path)).toEqual(none);
  });

  it('are over once they are finished or given up', async () => {
    const api = await Api.visit(server.url);
    const over = { status: 409, code: 'placement-over' };
    const open = await begin(api);
    for (let time = 0; time < 2; time += 1) {
      expect(await api.ok('DELETE', `/placements/${open.id}`)).toMatchObject({ state: 'abandoned', answered: [] });
    }
    const late = { question: open.question?.id, option: 0 };
    expect(await problem(api, 'POST', `/placements/${open.id}/answer`, late)).toEqual(over);
    const done = await takeAll(api, await begin(api), unknown);
    expect(await problem(api, 'DELETE', `/placements/${done.id}`)).toEqual(over);
    expect(await problem(api, 'POST', `/placements/${done.id}/answer`, late)).toEqual(over);
    await begin(api);
  });

  it('are begun so often in a day and no more, one at a time', async () => {
    const api = await Api.visit(server.url);
    const asked = await Promise.all(
      [1, 2, 3].map(() => api.call<Problem>('POST', '/placements', { audience: 'coders' })),
    );
    expect(asked.map(({ status }) => status).toSorted()).toEqual([201, 409, 409]);
    for (let round = 0; round < 3; round += 1) {
      const { placements } = await api.ok<PlacementList>('GET', '/placements');
      await api.ok('DELETE', `/placements/${placements[0]?.id}`);
      if (round < 2) await begin(api);
    }
    expect(await problem(api, 'POST', '/placements', { audience: 'coders' })).toEqual({
      status: 429,
      code: 'placement-limit',
    });
  });
});
