import { Global, Module } from '@nestjs/common';
import { SetupController } from './setup.controller.js';
import { SetupService } from './setup.service.js';

@Global()
@Module({ controllers: [SetupController], providers: [SetupService], exports: [SetupService] })
export class SetupModule {}
