import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { Logger } from 'pino';
import { BootService } from './boot.service.js';
import { CLOCK, systemClock } from './clock.js';
import type { Config } from './config/config.js';
import { CONFIG } from './config/config.token.js';
import { DatabaseModule } from './database/database.module.js';
import { LOGGER } from './logging/logger.js';
import { CatalogueModule } from './modules/catalogue/catalogue.module.js';
import { HealthModule } from './modules/health/health.module.js';
import { OpenApiModule } from './modules/openapi/openapi.module.js';
import { PeopleModule } from './modules/people/people.module.js';
import { ProfileModule } from './modules/profile/profile.module.js';
import { PlacementModule } from './modules/placement/placement.module.js';
import { RunnerModule } from './modules/runner/runner.module.js';
import { SessionsModule } from './modules/sessions/sessions.module.js';
import { SetupModule } from './modules/setup/setup.module.js';
import { TerminalsModule } from './modules/terminals/terminals.module.js';
import { WorkspaceModule } from './modules/workspace/workspace.module.js';

@Global()
@Module({})
export class AppModule {
  /** @param config decides all that can differ between two servers */
  static with(config: Config, log: Logger): DynamicModule {
    const values = [
      { provide: CONFIG, useValue: config },
      { provide: LOGGER, useValue: log },
      { provide: CLOCK, useValue: systemClock },
    ];
    return {
      module: AppModule,
      imports: [
        DatabaseModule,
        PeopleModule,
        SetupModule,
        HealthModule,
        OpenApiModule,
        CatalogueModule,
        ProfileModule,
        SessionsModule,
        PlacementModule,
        WorkspaceModule,
        RunnerModule,
        TerminalsModule,
      ],
      providers: [...values, BootService],
      exports: values.map(({ provide }) => provide),
    };
  }
}
