import { type FileContent, type WorkspaceFile, writeFileSchema } from '@kubedan/contracts';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Put, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { ZodPipe } from '../../http/zod.pipe.js';
import { PersonGuard, PersonId } from '../people/person.guard.js';
import { WorkspaceService } from './workspace.service.js';

/** Express gives a path of several parts as a list. */
const pathSchema = z
  .union([z.string(), z.array(z.string())])
  .transform((parts) => (Array.isArray(parts) ? parts.join('/') : parts))
  .pipe(z.string().min(1).max(4096));

@Controller('api/v1/sessions/:id/files')
@UseGuards(PersonGuard)
export class WorkspaceController {
  constructor(@Inject(WorkspaceService) private readonly workspace: WorkspaceService) {}

  @Get()
  list(@PersonId() person: string, @Param('id') id: string): Promise<{ files: WorkspaceFile[]; truncated: boolean }> {
    return this.workspace.list(person, id);
  }

  @Get('*path')
  read(
    @PersonId() person: string,
    @Param('id') id: string,
    @Param('path', new ZodPipe(pathSchema)) path: string,
  ): Promise<FileContent> {
    return this.workspace.read(person, id, path);
  }

  @Put('*path')
  write(
    @PersonId() person: string,
    @Param('id') id: string,
    @Param('path', new ZodPipe(pathSchema)) path: string,
    @Body(new ZodPipe(writeFileSchema)) body: z.output<typeof writeFileSchema>,
  ): Promise<FileContent> {
    return this.workspace.write(person, id, path, body.text, body.version);
  }

  @Delete('*path')
  @HttpCode(204)
  remove(
    @PersonId() person: string,
    @Param('id') id: string,
    @Param('path', new ZodPipe(pathSchema)) path: string,
  ): Promise<void> {
    return this.workspace.remove(person, id, path);
  }
}
