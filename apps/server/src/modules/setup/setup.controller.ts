import { Controller, Get, Inject } from '@nestjs/common';
import type { SetupView } from '@kubedan/contracts';
import { SetupService } from './setup.service.js';

@Controller('api/v1/setup')
export class SetupController {
  constructor(@Inject(SetupService) private readonly setup: SetupService) {}

  @Get()
  show(): SetupView {
    return this.setup.view;
  }
}
