import { type CanActivate, createParamDecorator, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { UnauthorizedError } from '../../problems/problem.error.js';
import { PeopleService } from './people.service.js';

interface IdentifiedRequest extends Request {
  personToken?: string;
  personId?: string;
}

/** Finds out who asks before a controller of theirs runs. */
@Injectable()
export class PersonGuard implements CanActivate {
  constructor(@Inject(PeopleService) private readonly people: PeopleService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<IdentifiedRequest>();
    if (request.personToken === undefined) throw new UnauthorizedError('This request has no token. Reload the page.');
    request.personId = await this.people.personOf(request.personToken);
    return true;
  }
}

/** A controller's parameter: the id of the person who asks. */
export const PersonId = createParamDecorator((_data: unknown, context: ExecutionContext): string => {
  const { personId } = context.switchToHttp().getRequest<IdentifiedRequest>();
  if (personId === undefined) throw new TypeError('PersonId without PersonGuard');
  return personId;
});
