import {
  answerRequestSchema,
  createSessionSchema,
  type CreateSession,
  hintRequestSchema,
  type SessionSummary,
  type SessionView,
} from '@kubedan/contracts';
import { Body, Controller, Delete, Get, Header, HttpCode, Inject, Param, Post, Query, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { ZodPipe } from '../../http/zod.pipe.js';
import { PersonGuard, PersonId } from '../people/person.guard.js';
import { SessionsService } from './sessions.service.js';

const afterSchema = z
  .string()
  .regex(/^\d{1,9}$/, { error: 'expected a whole number from 0' })
  .default('0')
  .transform(Number);

@Controller('api/v1/sessions')
@UseGuards(PersonGuard)
export class SessionsController {
  constructor(@Inject(SessionsService) private readonly sessions: SessionsService) {}

  @Post()
  create(
    @PersonId() person: string,
    @Body(new ZodPipe(createSessionSchema)) body: CreateSession,
  ): Promise<SessionView> {
    return this.sessions.create(person, body);
  }

  @Get()
  async list(@PersonId() person: string): Promise<{ sessions: SessionSummary[] }> {
    return { sessions: await this.sessions.list(person) };
  }

  @Get(':id')
  show(@PersonId() person: string, @Param('id') id: string): Promise<SessionView> {
    return this.sessions.show(person, id);
  }

  @Get(':id/events')
  events(@PersonId() person: string, @Param('id') id: string, @Query('after', new ZodPipe(afterSchema)) after: number) {
    return this.sessions.events(person, id, after);
  }

  @Post(':id/submit')
  @HttpCode(200)
  submit(@PersonId() person: string, @Param('id') id: string): Promise<SessionView> {
    return this.sessions.submit(person, id);
  }

  @Post(':id/reset')
  @HttpCode(200)
  reset(@PersonId() person: string, @Param('id') id: string): Promise<SessionView> {
    return this.sessions.reset(person, id);
  }

  @Post(':id/suspend')
  @HttpCode(200)
  suspend(@PersonId() person: string, @Param('id') id: string): Promise<SessionView> {
    return this.sessions.suspend(person, id);
  }

  @Post(':id/resume')
  @HttpCode(200)
  resume(@PersonId() person: string, @Param('id') id: string): Promise<SessionView> {
    return this.sessions.resume(person, id);
  }

  @Post(':id/extend')
  @HttpCode(200)
  extend(@PersonId() person: string, @Param('id') id: string): Promise<SessionView> {
    return this.sessions.extend(person, id);
  }

  @Post(':id/hint')
  @HttpCode(200)
  hint(
    @PersonId() person: string,
    @Param('id') id: string,
    @Body(new ZodPipe(hintRequestSchema)) body: z.output<typeof hintRequestSchema>,
  ): Promise<SessionView> {
    return this.sessions.hint(person, id, body.taskId);
  }

  @Post(':id/answer')
  @HttpCode(200)
  answer(
    @PersonId() person: string,
    @Param('id') id: string,
    @Body(new ZodPipe(answerRequestSchema)) body: z.output<typeof answerRequestSchema>,
  ): Promise<SessionView> {
    return this.sessions.answer(person, id, body.checkId, body.options);
  }

  @Delete(':id')
  abandon(@PersonId() person: string, @Param('id') id: string): Promise<SessionView> {
    return this.sessions.abandon(person, id);
  }

  @Get(':id/kubeconfig')
  @Header('Content-Type', 'application/yaml')
  @Header('Content-Disposition', 'attachment; filename="kubedan.kubeconfig"')
  @Header('Cache-Control', 'no-store')
  kubeconfig(@PersonId() person: string, @Param('id') id: string): Promise<string> {
    return this.sessions.kubeconfig(person, id);
  }
}
