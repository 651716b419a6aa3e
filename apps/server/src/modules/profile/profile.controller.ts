import type { Profile } from '@kubedan/contracts';
import { Controller, Get, Inject, UseGuards } from '@nestjs/common';
import { PersonGuard, PersonId } from '../people/person.guard.js';
import { ProfileService } from './profile.service.js';

@Controller('api/v1/profile')
@UseGuards(PersonGuard)
export class ProfileController {
  constructor(@Inject(ProfileService) private readonly profiles: ProfileService) {}

  @Get()
  show(@PersonId() person: string): Promise<Profile> {
    return this.profiles.of(person);
  }
}
