import {
  traceIdSchema,
  type TraceList,
  type TraceQuery,
  traceQuerySchema,
  type TraceView,
  type WorldView,
} from '@kubedan/contracts';
import { Controller, Get, Inject, Param, Query, UseGuards } from '@nestjs/common';
import { ZodPipe } from '../../http/zod.pipe.js';
import { PersonGuard, PersonId } from '../people/person.guard.js';
import { WorldService } from './world.service.js';

@Controller('api/v1/sessions/:id/world')
@UseGuards(PersonGuard)
export class WorldController {
  constructor(@Inject(WorldService) private readonly world: WorldService) {}

  @Get()
  show(@PersonId() person: string, @Param('id') id: string): Promise<WorldView> {
    return this.world.view(person, id);
  }

  @Get('traces')
  traces(
    @PersonId() person: string,
    @Param('id') id: string,
    @Query(new ZodPipe(traceQuerySchema)) query: TraceQuery,
  ): Promise<TraceList> {
    return this.world.traces(person, id, query);
  }

  @Get('traces/:traceId')
  trace(
    @PersonId() person: string,
    @Param('id') id: string,
    @Param('traceId', new ZodPipe(traceIdSchema)) traceId: string,
  ): Promise<TraceView> {
    return this.world.trace(person, id, traceId);
  }
}
