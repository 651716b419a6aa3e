import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import type { Response } from 'express';
import { DatabaseService } from '../../database/database.service.js';
import { SetupService } from '../setup/setup.service.js';
import { MetricsService } from './metrics.service.js';

@Controller()
export class HealthController {
  constructor(
    @Inject(DatabaseService) private readonly database: DatabaseService,
    @Inject(SetupService) private readonly setup: SetupService,
    @Inject(MetricsService) private readonly metrics: MetricsService,
  ) {}

  /** The process lives and answers. */
  @Get('healthz')
  @Header('Cache-Control', 'no-store')
  health(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** It can do its work: the database answers and clusters can be made. */
  @Get('readyz')
  async readiness(@Res() response: Response): Promise<void> {
    const database = await this.database
      .run((manager) => manager.query('SELECT 1'))
      .then(
        () => true,
        () => false,
      );
    const checks = { database, clusters: this.setup.isReady };
    response
      .status(Object.values(checks).every(Boolean) ? 200 : 503)
      .setHeader('Cache-Control', 'no-store')
      .json(checks);
  }

  @Get('metrics')
  async prometheus(@Res() response: Response): Promise<void> {
    response.type(this.metrics.contentType).send(await this.metrics.text());
  }
}
