import { Global, Module } from '@nestjs/common';
import { PeopleService } from './people.service.js';
import { PersonGuard } from './person.guard.js';
import { Visits } from './visits.js';

@Global()
@Module({ providers: [PeopleService, PersonGuard, Visits], exports: [PeopleService, PersonGuard, Visits] })
export class PeopleModule {}
