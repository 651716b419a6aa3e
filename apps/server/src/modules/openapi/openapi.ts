import {
  answerPlacementSchema,
  answerRequestSchema,
  createPlacementSchema,
  createSessionSchema,
  eventsSchema,
  fileContentSchema,
  hintRequestSchema,
  labListSchema,
  labSummarySchema,
  latestPlacementSchema,
  placementListSchema,
  placementReportSchema,
  placementViewSchema,
  problemSchema,
  profileSchema,
  sessionSummarySchema,
  sessionViewSchema,
  setupViewSchema,
  traceListSchema,
  traceQuerySchema,
  traceSchema,
  workspaceListSchema,
  worldViewSchema,
  writeFileSchema,
} from '@kubedan/contracts';
import { z } from 'zod';

const schemas = {
  Answer: answerRequestSchema,
  AnswerPlacement: answerPlacementSchema,
  CreatePlacement: createPlacementSchema,
  CreateSession: createSessionSchema,
  Events: eventsSchema,
  FileContent: fileContentSchema,
  Hint: hintRequestSchema,
  Lab: labSummarySchema,
  LabList: labListSchema,
  LatestPlacement: latestPlacementSchema,
  Placement: placementViewSchema,
  PlacementList: placementListSchema,
  PlacementReport: placementReportSchema,
  Problem: problemSchema,
  Profile: profileSchema,
  Session: sessionViewSchema,
  SessionList: z.object({ sessions: z.array(sessionSummarySchema) }),
  Setup: setupViewSchema,
  Trace: traceSchema,
  TraceList: traceListSchema,
  WorkspaceList: workspaceListSchema,
  World: worldViewSchema,
  WriteFile: writeFileSchema,
};
type Name = keyof typeof schemas;

const reference = (name: Name) => ({ $ref: `#/components/schemas/${name}` });
const json = (name: Name) => ({ 'application/json': { schema: reference(name) } });
const problem = {
  description: 'What went wrong and what to do (RFC 9457)',
  content: { 'application/problem+json': { schema: reference('Problem') } },
};

function parameter(name: string, where: 'path' | 'query', schema: object, required = true) {
  return { name, in: where, required, schema };
}

function operation(
  summary: string,
  options: { answer?: Name; media?: string; body?: Name; status?: number; parameters?: object[] },
) {
  const { answer, media, body, status = 200, parameters = [] } = options;
  const content = answer ? json(answer) : media ? { [media]: { schema: { type: 'string' } } } : undefined;
  return {
    summary,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { required: true, content: json(body) } }),
    responses: { [status]: { description: 'Done', ...(content === undefined ? {} : { content }) }, default: problem },
  };
}

const traceParameters = Object.entries(traceQuerySchema.shape).map(([name, schema]) =>
  parameter(name, 'query', z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), false),
);

/** @returns the API's description (OpenAPI 3.1), generated from the schemas that the server checks with */
export function openApiDocument(): object {
  const id = [parameter('id', 'path', { type: 'string' })];
  const file = [...id, parameter('path', 'path', { type: 'string' })];
  const act = (summary: string, body?: Name) => ({
    post: operation(summary, { answer: 'Session', parameters: id, ...(body === undefined ? {} : { body }) }),
  });
  return {
    openapi: '3.1.0',
    info: { title: 'Kubedan', version: '1', description: 'Labs, sessions and files. Live events come by socket.io.' },
    servers: [{ url: '/api/v1' }],
    security: [{ cookie: [] }, { bearer: [] }],
    paths: {
      '/setup': {
        get: operation('How far the server is with what must be there before the first cluster', { answer: 'Setup' }),
      },
      '/labs': { get: operation('All labs, with the best that you have reached', { answer: 'LabList' }) },
      '/labs/{name}': {
        get: operation('One lab', { answer: 'Lab', parameters: [parameter('name', 'path', { type: 'string' })] }),
      },
      '/profile': {
        get: operation('Your tiers, what is missing for the next ones, and what to show again', { answer: 'Profile' }),
      },
      '/lab-schema.json': {
        get: operation("The JSON Schema of a lab.yaml, for editors' completion", { media: 'application/json' }),
      },
      '/sessions': {
        post: operation('Start a lab', { answer: 'Session', body: 'CreateSession', status: 201 }),
        get: operation('Your sessions, the newest first', { answer: 'SessionList' }),
      },
      '/sessions/{id}': {
        get: operation('A session', { answer: 'Session', parameters: id }),
        delete: operation('Give the session up', { answer: 'Session', parameters: id }),
      },
      '/sessions/{id}/events': {
        get: operation('Events after a number, at most 1000', {
          answer: 'Events',
          parameters: [...id, parameter('after', 'query', { type: 'integer', minimum: 0, default: 0 }, false)],
        }),
      },
      '/sessions/{id}/submit': act('Hand in: a last look at the cluster, then the session is over'),
      '/sessions/{id}/reset': act('Begin again with the same seed in a new cluster'),
      '/sessions/{id}/suspend': act('Put the cluster to sleep'),
      '/sessions/{id}/resume': act('Wake the cluster up'),
      '/sessions/{id}/extend': act('More time'),
      '/sessions/{id}/hint': act('Show the next hint of a task', 'Hint'),
      '/sessions/{id}/answer': act('Answer a question', 'Answer'),
      '/sessions/{id}/kubeconfig': {
        get: operation('For a terminal of your own', { media: 'application/yaml', parameters: id }),
      },
      '/sessions/{id}/world': {
        get: operation("The traffic of the session's cluster: now, the last ten minutes, and what you changed", {
          answer: 'World',
          parameters: id,
        }),
      },
      '/sessions/{id}/world/traces': {
        get: operation('Sampled requests of the last ten minutes', {
          answer: 'TraceList',
          parameters: [...id, ...traceParameters],
        }),
      },
      '/sessions/{id}/world/traces/{traceId}': {
        get: operation('A sampled request with all that happened to it', {
          answer: 'Trace',
          parameters: [...id, parameter('traceId', 'path', { type: 'string' })],
        }),
      },
      '/sessions/{id}/files': { get: operation('Files of the workspace', { answer: 'WorkspaceList', parameters: id }) },
      '/sessions/{id}/files/{path}': {
        get: operation('A text file', { answer: 'FileContent', parameters: file }),
        put: operation('Write a text file', { answer: 'FileContent', body: 'WriteFile', parameters: file }),
        delete: operation('Delete a file or an empty folder', { status: 204, parameters: file }),
      },
      '/placements': {
        post: operation('Begin a self-test', { answer: 'Placement', body: 'CreatePlacement', status: 201 }),
        get: operation('Your self-tests, the newest first', { answer: 'PlacementList' }),
      },
      '/placements/latest': {
        get: operation('The self-test that you finished last', { answer: 'LatestPlacement' }),
      },
      '/placements/{id}': {
        get: operation('A self-test: the question that waits, and what was answered', {
          answer: 'Placement',
          parameters: id,
        }),
        delete: operation('Give an unfinished self-test up', { answer: 'Placement', parameters: id }),
      },
      '/placements/{id}/answer': {
        post: operation('Answer the question that waits', {
          answer: 'Placement',
          body: 'AnswerPlacement',
          parameters: id,
        }),
      },
      '/placements/{id}/result': {
        get: operation('Where a finished self-test places you, and the next labs', {
          answer: 'PlacementReport',
          parameters: id,
        }),
      },
    },
    components: {
      securitySchemes: {
        cookie: { type: 'apiKey', in: 'cookie', name: 'kubedan' },
        bearer: { type: 'http', scheme: 'bearer' },
      },
      schemas: Object.fromEntries(
        Object.entries(schemas).map(([name, schema]) => [
          name,
          z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }),
        ]),
      ),
    },
  };
}
