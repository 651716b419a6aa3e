import {
  answerPlacementSchema,
  type AnswerPlacement,
  createPlacementSchema,
  type CreatePlacement,
  type LatestPlacement,
  type PlacementList,
  type PlacementReport,
  type PlacementView,
} from '@kubedan/contracts';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, UseGuards } from '@nestjs/common';
import { ZodPipe } from '../../http/zod.pipe.js';
import { PersonGuard, PersonId } from '../people/person.guard.js';
import { PlacementService } from './placement.service.js';

@Controller('api/v1/placements')
@UseGuards(PersonGuard)
export class PlacementController {
  constructor(@Inject(PlacementService) private readonly placements: PlacementService) {}

  @Post()
  create(
    @PersonId() person: string,
    @Body(new ZodPipe(createPlacementSchema)) body: CreatePlacement,
  ): Promise<PlacementView> {
    return this.placements.create(person, body);
  }

  @Get()
  async list(@PersonId() person: string): Promise<PlacementList> {
    return { placements: await this.placements.list(person) };
  }

  // Before ":id", which would take it for one.
  @Get('latest')
  async latest(@PersonId() person: string): Promise<LatestPlacement> {
    return { placement: (await this.placements.latest(person)) ?? null };
  }

  @Get(':id')
  show(@PersonId() person: string, @Param('id') id: string): Promise<PlacementView> {
    return this.placements.show(person, id);
  }

  @Post(':id/answer')
  @HttpCode(200)
  answer(
    @PersonId() person: string,
    @Param('id') id: string,
    @Body(new ZodPipe(answerPlacementSchema)) body: AnswerPlacement,
  ): Promise<PlacementView> {
    return this.placements.answer(person, id, body);
  }

  @Get(':id/result')
  result(@PersonId() person: string, @Param('id') id: string): Promise<PlacementReport> {
    return this.placements.report(person, id);
  }

  @Delete(':id')
  abandon(@PersonId() person: string, @Param('id') id: string): Promise<PlacementView> {
    return this.placements.abandon(person, id);
  }
}
