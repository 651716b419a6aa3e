import { Controller, Get } from '@nestjs/common';
import { openApiDocument } from './openapi.js';

@Controller('api/v1/openapi.json')
export class OpenApiController {
  readonly #document = openApiDocument();

  @Get()
  show(): object {
    return this.#document;
  }
}
