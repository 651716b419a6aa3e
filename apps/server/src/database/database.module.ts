import { Global, Module } from '@nestjs/common';
import { AnnouncerService } from './announcer.service.js';
import { DatabaseService } from './database.service.js';
import { JobsService } from './jobs.service.js';

@Global()
@Module({
  providers: [DatabaseService, AnnouncerService, JobsService],
  exports: [DatabaseService, AnnouncerService, JobsService],
})
export class DatabaseModule {}
