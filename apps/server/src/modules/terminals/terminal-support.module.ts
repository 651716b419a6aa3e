import { Module } from '@nestjs/common';
import { TerminalSupport } from './terminal-support.service.js';

@Module({ providers: [TerminalSupport], exports: [TerminalSupport] })
export class TerminalSupportModule {}
