import { labJsonSchema } from '@kubedan/contracts';
import { Controller, Get } from '@nestjs/common';
import { openApiDocument } from './openapi.js';

@Controller('api/v1')
export class OpenApiController {
  readonly #document = openApiDocument();
  readonly #labSchema = labJsonSchema();

  @Get('openapi.json')
  show(): object {
    return this.#document;
  }

  @Get('lab-schema.json')
  showLabSchema(): object {
    return this.#labSchema;
  }
}
