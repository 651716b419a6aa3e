import { Module } from '@nestjs/common';
import { CatalogueModule } from '../catalogue/catalogue.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { TerminalSupportModule } from '../terminals/terminal-support.module.js';
import { WorkspaceModule } from '../workspace/workspace.module.js';
import { ClustersModule } from '../clusters/clusters.module.js';
import { ClusterHost } from './cluster-host.service.js';
import { ClusterKeeper } from './cluster-keeper.service.js';
import { ClusterRescue } from './cluster-rescue.service.js';
import { EndAll } from './end-all.service.js';
import { GradedSessions } from './graded-sessions.service.js';
import { HostPreparer } from './host-preparer.service.js';
import { LabPreparer } from './lab-preparer.service.js';
import { ProgramsService } from './programs.service.js';
import { Provisioner } from './provisioner.service.js';
import { RunnerService } from './runner.service.js';
import { SessionSweep } from './session-sweep.service.js';

@Module({
  imports: [CatalogueModule, ClustersModule, SessionsModule, TerminalSupportModule, WorkspaceModule],
  providers: [
    ProgramsService,
    ClusterHost,
    ClusterKeeper,
    ClusterRescue,
    EndAll,
    HostPreparer,
    LabPreparer,
    GradedSessions,
    Provisioner,
    SessionSweep,
    RunnerService,
  ],
  exports: [RunnerService],
})
export class RunnerModule {}
