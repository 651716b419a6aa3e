import {
  answerRequestSchema,
  firstSeed,
  hintRequestSchema,
  type LabList,
  type Preview,
  seedSchema,
  type SessionView,
  type SetupView,
} from '@kubedan/contracts';
import { bindLab, type Lab, LabInvalidError } from '@kubedan/labs';
import { Body, Controller, Get, HttpCode, Inject, type MessageEvent, Param, Post, Query, Sse } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { fromEvent, map, type Observable, startWith } from 'rxjs';
import type { z } from 'zod';
import { ZodPipe } from '../http/zod.pipe.js';
import { LabUnusableError } from '../modules/catalogue/catalogue.errors.js';
import { summaryOf } from '../modules/catalogue/lab-summary.js';
import { UnavailableError } from '../problems/problem.error.js';
import { PreviewFolder } from './preview-folder.js';
import { PreviewSessions } from './preview-sessions.js';

const seed = new ZodPipe(seedSchema);

/** What the page asks for while it shows a preview: the part of the server's REST interface that needs no cluster. */
@Controller('api/v1')
export class PreviewController {
  /** A command that is started again counts anew, and its pages are to notice. */
  readonly #run = randomUUID();

  constructor(
    @Inject(PreviewFolder) private readonly folder: PreviewFolder,
    @Inject(PreviewSessions) private readonly sessions: PreviewSessions,
  ) {}

  @Get('preview')
  show(@Query('seed', new ZodPipe(seedSchema.default(firstSeed))) id: string): Preview {
    const { lab, issues, readAt } = this.folder.current;
    return {
      folder: this.folder.dir,
      version: this.#version,
      readAt: readAt.toISOString(),
      issues: issues.map(({ allowed, ...issue }) => ({ ...issue, ...(allowed ? { allowed: [...allowed] } : {}) })),
      ...(lab === undefined
        ? {}
        : {
            lab: {
              session: this.sessions.view(lab, id),
              variables: bindLab(lab, id).variables,
              hasDebrief: lab.debrief !== undefined,
            },
          }),
    };
  }

  /** The version as it is, and each that follows. */
  @Sse('preview/changes')
  changes(): Observable<MessageEvent> {
    return fromEvent(this.folder, 'change').pipe(
      startWith(undefined),
      map(() => ({ data: this.#version })),
    );
  }

  @Get('labs')
  labs(): LabList {
    const { lab } = this.folder.current;
    return { labs: lab === undefined ? [] : [summaryOf(lab, undefined)], invalid: [] };
  }

  @Get('setup')
  setup(): SetupView {
    return { ready: true, items: [] };
  }

  @Get('sessions')
  list(): { sessions: [] } {
    return { sessions: [] };
  }

  /** Buttons that begin a lab are there as for a learner. */
  @Post('sessions')
  create(): never {
    throw new UnavailableError('This is a preview, and there are no clusters here. `kubedan start` has them.');
  }

  @Post('sessions/:seed/hint')
  @HttpCode(200)
  hint(
    @Param('seed', seed) id: string,
    @Body(new ZodPipe(hintRequestSchema)) { taskId }: z.infer<typeof hintRequestSchema>,
  ): SessionView {
    return this.sessions.showHint(this.#lab, id, taskId);
  }

  @Post('sessions/:seed/answer')
  @HttpCode(200)
  answer(
    @Param('seed', seed) id: string,
    @Body(new ZodPipe(answerRequestSchema)) { checkId, options }: z.infer<typeof answerRequestSchema>,
  ): SessionView {
    return this.sessions.answer(this.#lab, id, checkId, options);
  }

  @Post('sessions/:seed/submit')
  @HttpCode(200)
  submit(@Param('seed', seed) id: string): SessionView {
    return this.sessions.finish(this.#lab, id);
  }

  @Post('sessions/:seed/reset')
  @HttpCode(200)
  reset(@Param('seed', seed) id: string): SessionView {
    return this.sessions.reset(this.#lab, id);
  }

  get #version(): string {
    return `${this.#run}-${this.folder.current.number}`;
  }

  get #lab(): Lab {
    const { lab, issues } = this.folder.current;
    if (lab === undefined) throw new LabUnusableError(new LabInvalidError(this.folder.dir, issues));
    return lab;
  }
}
