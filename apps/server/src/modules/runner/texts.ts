import type { LocalizedText, SetupView } from '@kubedan/contracts';

/** What the learner reads while the session comes up, and when something of ours fails. */
export const texts = {
  starting: { en: 'Starting your cluster', zh: '正在启动你的集群' },
  preparing: { en: 'Setting the scene of the lab', zh: '正在布置实验环境' },
  waking: { en: 'Waking your cluster', zh: '正在唤醒你的集群' },
  again: {
    en: 'The server was restarted; your cluster is started anew',
    zh: '服务器已重启，正在重新启动你的集群',
  },
  recovering: { en: 'Your cluster stopped and is being brought back.', zh: '你的集群已停止，正在恢复。' },
  recovered: {
    en: 'Your cluster had stopped and was brought back. What you did in it is still there.',
    zh: '你的集群曾经停止，现已恢复。你在其中所做的一切都还在。',
  },
  moved: {
    en: 'Your cluster was lost and could not be brought back. The lab begins anew in another cluster, and what you did in the old one is gone. This was our fault, not yours.',
    zh: '你的集群已丢失且无法恢复。实验将在另一个集群中重新开始，你在旧集群中所做的一切已不复存在。这是我们的问题，不是你的。',
  },
  stopped: {
    en: 'The operator of this server ended all sessions. Start the lab again when the server takes new ones.',
    zh: '此服务器的管理员结束了所有会话。请在服务器重新开放后再次开始实验。',
  },
  lost: {
    en: 'The clusters of this session were lost again and again. This was our fault, not yours: start the lab again.',
    zh: '本次会话的集群一再丢失。这是我们的问题，不是你的：请重新开始实验。',
  },
  changed: {
    en: 'The lab was changed since this session was made, so it cannot be set up again. Start the lab anew.',
    zh: '实验在会话创建后被修改，无法重新布置。请重新开始实验。',
  },
  late: (seconds: number): LocalizedText => ({
    en: `The cluster was not ready within ${seconds} seconds. The server may be overloaded: start the lab again in a moment.`,
    zh: `集群未能在 ${seconds} 秒内就绪。服务器可能过载：请稍后重新开始实验。`,
  }),
  failed: (what: string): LocalizedText => ({
    en: `The lab could not be set up. This was our fault, not yours. ${what}`,
    zh: `实验环境无法布置。这是我们的问题，不是你的。${what}`,
  }),
  programs: (what: string): LocalizedText => ({
    en: `The programs for clusters are not there: ${what}`,
    zh: `缺少运行集群所需的程序：${what}`,
  }),
} as const;

/** @returns what a queued session waits for, changing as slowly as a person reads */
export function waitingFor({ items, secondsLeft }: SetupView): LocalizedText {
  const programs = items.filter(({ name }) => name !== 'database');
  const ready = programs.filter(({ phase }) => phase === 'ready').length;
  const current = programs.find(
    ({ phase }) => phase === 'downloading' || phase === 'building' || phase === 'preparing',
  );
  const minutes = secondsLeft === undefined ? 0 : Math.ceil(secondsLeft / 60);
  const verb = {
    en: current?.phase === 'downloading' ? 'downloading' : current?.phase === 'preparing' ? 'preparing' : 'building',
    zh: current?.phase === 'downloading' ? '正在下载' : current?.phase === 'preparing' ? '正在准备' : '正在构建',
  };
  const what =
    current === undefined
      ? { en: '', zh: '' }
      : { en: `: ${verb.en} ${current.name}`, zh: `：${verb.zh} ${current.name}` };
  const left =
    minutes === 0 ? { en: '', zh: '' } : { en: `, about ${minutes} min left`, zh: `，大约还需 ${minutes} 分钟` };
  return {
    en: `Waiting for the programs of the first cluster (${ready} of ${programs.length} ready)${what.en}${left.en}`,
    zh: `正在等待首个集群所需的程序（${ready}/${programs.length} 就绪）${what.zh}${left.zh}`,
  };
}
