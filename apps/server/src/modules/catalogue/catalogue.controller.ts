import type { LabList, LabSummary } from '@kubedan/contracts';
import { Controller, Get, Inject, Param, UseGuards } from '@nestjs/common';
import { PersonGuard, PersonId } from '../people/person.guard.js';
import { CatalogueService } from './catalogue.service.js';

@Controller('api/v1/labs')
@UseGuards(PersonGuard)
export class CatalogueController {
  constructor(@Inject(CatalogueService) private readonly catalogue: CatalogueService) {}

  @Get()
  list(@PersonId() person: string): Promise<LabList> {
    return this.catalogue.list(person);
  }

  @Get(':name')
  show(@PersonId() person: string, @Param('name') name: string): Promise<LabSummary> {
    return this.catalogue.show(person, name);
  }
}
