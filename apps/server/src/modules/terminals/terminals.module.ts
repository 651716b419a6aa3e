import { Module } from '@nestjs/common';
import { SessionsModule } from '../sessions/sessions.module.js';
import { WorkspaceModule } from '../workspace/workspace.module.js';
import { TerminalSupportModule } from './terminal-support.module.js';
import { TerminalsGateway } from './terminals.gateway.js';
import { TerminalsService } from './terminals.service.js';

@Module({
  imports: [SessionsModule, WorkspaceModule, TerminalSupportModule],
  providers: [TerminalsService, TerminalsGateway],
})
export class TerminalsModule {}
