import type { LocalizedText, Mismatch } from '@kubedan/contracts';

/** What the grader says by itself, in both languages. */
export const messages = {
  absent: (subject: string): LocalizedText => ({ en: `There is no ${subject}.`, zh: `${subject} 不存在。` }),
  noField: (field: string): LocalizedText => ({ en: `There is no ${field}.`, zh: `没有 ${field}。` }),
  mismatch: ({ field, seen, expected }: Mismatch): LocalizedText => ({
    en: `${field} is ${seen}; expected: ${expected}.`,
    zh: `${field} 现为 ${seen}，应为 ${expected}。`,
  }),
  untrue: (expression: string): LocalizedText => ({
    en: `This is not true yet: ${expression}`,
    zh: `此条件尚未成立：${expression}`,
  }),
  broken: (why: LocalizedText | undefined): LocalizedText => ({
    en: `A rule was broken. ${why?.en ?? ''}`.trim(),
    zh: `有一条规则被打破了。${why?.zh ?? ''}`,
  }),
  holding: (duration: string): LocalizedText => ({
    en: `True so far; it must stay so for ${duration}.`,
    zh: `目前成立；须保持 ${duration}。`,
  }),
  labMistake: (reason: string): LocalizedText => ({
    en: `This check could not be decided: ${reason}. That is our mistake and is not held against you.`,
    zh: `无法判定此检查：${reason}。这是我们的错误，不会算在你头上。`,
  }),
  unreachable: (reason: string | undefined): LocalizedText => ({
    en: `The cluster cannot be read right now${reason ? ` (${reason})` : ''}. That is not held against you; it is tried again by itself.`,
    zh: `暂时无法读取集群${reason ? `（${reason}）` : ''}。这不会算在你头上，系统会自动重试。`,
  }),
  unreadable: (path: string, reason: string): LocalizedText => ({
    en: `${path} cannot be read: ${reason}.`,
    zh: `无法读取 ${path}：${reason}。`,
  }),
  unanswered: (asked: string, why: string): LocalizedText => ({
    en: `${asked} was not answered: ${why}.`,
    zh: `${asked} 没有得到应答：${why}。`,
  }),
  notRun: (command: string, why: string): LocalizedText => ({
    en: `${command} did not run: ${why}.`,
    zh: `${command} 没能执行：${why}。`,
  }),
  tooMuch: (subject: string): LocalizedText => ({
    en: `${subject} gives more than can be judged.`,
    zh: `${subject} 返回的内容太多，无法判定。`,
  }),
  windowOpen: (window: string): LocalizedText => ({
    en: `What the last ${window} were like is measured; so long has not passed yet.`,
    zh: `要看最近 ${window} 的表现，现在还没过这么久。`,
  }),
  tooFew: (subject: string, count: number, least: number, window: string): LocalizedText => ({
    en: `${subject} had ${count} requests in the last ${window}; fewer than ${least} say nothing.`,
    zh: `最近 ${window} 里，${subject} 只有 ${count} 个请求；不到 ${least} 个，说明不了什么。`,
  }),
  notPlayed: {
    en: 'This cluster has no traffic and no prices to measure, so this check cannot be decided. That is not held against you.',
    zh: '这个集群既没有流量也没有价格可量，因此无法判定此检查。这不会算在你头上。',
  } as LocalizedText,
  wrongAnswer: { en: 'Not right yet. Read the question once more.', zh: '还不对。请再读一遍题目。' } as LocalizedText,
};
