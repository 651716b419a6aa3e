import { Module } from '@nestjs/common';
import { CatalogueModule } from '../catalogue/catalogue.module.js';
import { TerminalSupportModule } from '../terminals/terminal-support.module.js';
import { LiveSessions } from './live-sessions.js';
import { SessionWatchers } from './session-watchers.service.js';
import { SessionStore } from './session-store.service.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsGateway } from './sessions.gateway.js';
import { SessionsService } from './sessions.service.js';
import { WorldController } from './world.controller.js';
import { WorldService } from './world.service.js';

@Module({
  imports: [CatalogueModule, TerminalSupportModule],
  controllers: [SessionsController, WorldController],
  providers: [SessionStore, SessionsService, LiveSessions, SessionWatchers, SessionsGateway, WorldService],
  exports: [SessionStore, SessionsService, LiveSessions, SessionWatchers],
})
export class SessionsModule {}
