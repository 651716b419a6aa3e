import type { Docker } from '@kubedan/docker';
import type { Availability } from '../provider.js';
import { findNodeImage } from './node-image.js';

/** Milliseconds for which an answer holds. */
const holds = 10_000;

/** What the wrapper of docker says in English. */
const inChinese = {
  missing: {
    happened: '没有安装 Docker。',
    remedy: '请安装 Docker（https://docs.docker.com/engine/install），并确保 docker 在 PATH 中。',
  },
  'not-running': {
    happened: 'Docker 没有运行。',
    remedy: '请启动 Docker（sudo systemctl start docker）；如果它监听其他地址，请设置 DOCKER_HOST。',
  },
  denied: {
    happened: '当前用户无权使用 Docker。',
    remedy: '请把当前用户加入 docker 组（sudo usermod -aG docker "$USER"）后重新登录；该组成员的权限等同 root。',
  },
  slow: { happened: 'Docker 没有及时应答。', remedy: '请检查 docker ps 是否有响应；没有就重启 Docker。' },
  failed: { happened: 'Docker 无法使用。', remedy: '请运行 docker info 查看原因。' },
};

/** Whether clusters of containers can be made here. Asked for each session, so the answer is kept for a moment. */
export class KindAvailability {
  #answer: Promise<Availability> | undefined;
  #askedAt = 0;

  constructor(
    private readonly docker: Docker,
    private readonly image: string | undefined,
    private readonly hasProgram: () => boolean,
  ) {}

  /** Something has changed: the next question is asked anew. */
  forget(): void {
    this.#answer = undefined;
  }

  ask(): Promise<Availability> {
    const now = performance.now();
    if (this.#answer === undefined || now - this.#askedAt > holds) {
      this.#askedAt = now;
      this.#answer = this.#ask();
      // An answer that failed is no answer.
      this.#answer.catch(() => (this.#answer = undefined));
    }
    return this.#answer;
  }

  async #ask(): Promise<Availability> {
    const docker = await this.docker.probe();
    if (!docker.usable) {
      const { happened, remedy } = docker.error;
      const zh = inChinese[docker.why];
      return {
        usable: false,
        reason: { en: happened, zh: zh.happened },
        remedy: { en: remedy, zh: zh.remedy },
      };
    }
    if ((await findNodeImage(this.docker, this.image)) === undefined) {
      return {
        usable: false,
        reason: { en: 'the image of kind nodes is not here.', zh: '本机没有 kind 节点镜像。' },
        remedy: {
          en: 'Pull it (kubedan doctor names it) or build it with npm run node-image.',
          zh: '请拉取该镜像（kubedan doctor 会给出名称），或用 npm run node-image 构建。',
        },
      };
    }
    if (!this.hasProgram()) {
      return {
        usable: false,
        reason: { en: 'kind is not here yet.', zh: 'kind 尚未就绪。' },
        remedy: {
          en: 'It is being fetched; try again in a moment, or see kubedan doctor.',
          zh: '正在获取，请稍后再试，或查看 kubedan doctor。',
        },
      };
    }
    return { usable: true };
  }
}
