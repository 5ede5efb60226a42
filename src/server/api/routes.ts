import { STREAM_KINDS } from '../../stream/kinds/stream-kinds.ts';
import { CLIENTS_SCHEMA, LIST_PARAMETERS } from './clients.ts';
import type { JsonSchema, OperationParameter } from './json-schema.ts';
import { LIVE_SCHEMA } from './live.ts';
import { STREAMS_SCHEMA } from './streams.ts';
import { VERSION_SCHEMA } from './version.ts';

/** Who may ask: anybody, only clients that may connect, or only the admin. */
export type Audience = 'open' | 'client' | 'admin';

/** The calls of the API, each with one path and method. */
export type ApiName =
  | 'health'
  | 'readiness'
  | 'version'
  | 'streams'
  | 'clients'
  | 'dismissal'
  | 'metrics'
  | 'openapi';

/** What a method does on a path. */
export interface Operation {
  readonly does: ApiName | 'greeting' | 'page' | 'live' | 'stream' | 'echo' | 'receipts';
  readonly audience: Audience;
  readonly summary: string;
  /** Its parameters. Those of streams are declared by their kinds. */
  readonly parameters?: readonly OperationParameter[];
  /** Whether it is answered whatever its query says, or reads that by itself. @default what is no parameter is refused */
  readonly anyQuery?: boolean;
  /** The response on success. */
  readonly answer: Success;
  /** The statuses of refusals, besides those of callers that are not admitted. */
  readonly refusals?: Readonly<Record<number, string>>;
}

interface Success {
  readonly status: number;
  readonly description: string;
  /** By media type. @default no body */
  readonly content?: Readonly<Record<string, JsonSchema>>;
}

type Method = 'GET' | 'POST' | 'DELETE';

export interface Route {
  /** The path below the base path. A last part in braces stands for any name. */
  readonly path: string;
  /** Whether it is also answered without the base path, since probes come directly and not through the proxy. */
  readonly probed?: boolean;
  /** HEAD is answered wherever GET is. */
  readonly operations: { readonly [M in Method]?: Operation };
}

const TEXT: JsonSchema = { type: 'string' };
const SESSION = 'The session that is reported to';
const json = (description: string, schema: JsonSchema): Success => ({
  status: 200,
  description,
  content: { 'application/json': schema },
});

/** Every path that is answered, and what may be done there. Requests are read by this table, and `/openapi.json` is made from it. */
export const ROUTES: readonly Route[] = [
  {
    path: '/',
    operations: {
      GET: {
        ...{ does: 'greeting', audience: 'open', summary: 'Says what this is', anyQuery: true },
        answer: {
          status: 200,
          description: 'A sentence, or the live page for a browser',
          content: { 'text/plain': TEXT, 'text/html': TEXT },
        },
      },
    },
  },
  {
    path: '/page/{name}',
    operations: {
      GET: {
        ...{ does: 'page', audience: 'open', summary: 'Gives a file of the live page', anyQuery: true },
        parameters: [{ name: 'name', in: 'path', required: true, schema: TEXT }],
        answer: {
          status: 200,
          description: 'The file',
          content: { 'text/javascript': TEXT, 'text/css': TEXT },
        },
        refusals: { 404: 'There is no such file' },
      },
    },
  },
  ...STREAM_KINDS.map(
    (kind): Route => ({
      path: `/${kind}`,
      operations: {
        GET: {
          ...{
            does: 'stream',
            audience: 'client',
            summary: `Sends messages of ${kind}, as PROTOCOL.md says`,
            anyQuery: true,
          },
          answer: {
            status: 200,
            description: 'Messages, as Accept prefers them',
            content: {
              'application/x-ndjson': TEXT,
              'text/event-stream': TEXT,
              'application/json': { type: 'array' },
              'application/octet-stream': TEXT,
            },
          },
          refusals: {
            400: 'A parameter is unknown, bad or given twice',
            406: 'It can be had in none of the media types of Accept',
            409: 'Another connection holds the name',
            503: 'The server is full, or closes',
          },
        },
      },
    }),
  ),
  {
    path: '/echo',
    operations: {
      GET: {
        ...{
          does: 'echo',
          audience: 'open',
          summary: 'Returns every message, over WebSocket alone',
          anyQuery: true,
        },
        answer: { status: 101, description: 'It becomes a WebSocket' },
        refusals: { 426: 'It asks for no upgrade' },
      },
    },
  },
  {
    path: '/receipts',
    operations: {
      POST: {
        ...{ does: 'receipts', audience: 'client', summary: 'Takes what a client over HTTP reports' },
        parameters: [
          { name: 'Tidemark-Session', in: 'header', description: SESSION, schema: TEXT },
          { name: 'session', in: 'query', description: `${SESSION}, in place of the header`, schema: TEXT },
        ],
        answer: {
          status: 200,
          description: 'What came of each receipt, a line each',
          content: { 'application/x-ndjson': TEXT },
        },
        refusals: {
          400: 'It can not be understood',
          404: 'There is no such session',
          409: 'The session has ended',
          413: 'The body is too large',
          415: 'The body is of another type',
          429: 'More receipts than the session has room for',
        },
      },
    },
  },
  {
    ...{ path: '/healthz', probed: true },
    operations: {
      GET: {
        ...{ does: 'health', audience: 'open', summary: 'Says that the server is there', anyQuery: true },
        answer: { status: 200, description: 'It is', content: { 'text/plain': TEXT } },
      },
    },
  },
  {
    ...{ path: '/readyz', probed: true },
    operations: {
      GET: {
        ...{
          does: 'readiness',
          audience: 'open',
          summary: 'Says whether the server takes clients',
          anyQuery: true,
        },
        answer: { status: 200, description: 'It does', content: { 'text/plain': TEXT } },
        refusals: { 503: 'It closes' },
      },
    },
  },
  {
    path: '/version',
    operations: {
      GET: {
        ...{ does: 'version', audience: 'client', summary: 'Says what the server is' },
        answer: json('Its versions', VERSION_SCHEMA),
      },
    },
  },
  {
    path: '/streams',
    operations: {
      GET: {
        ...{ does: 'streams', audience: 'client', summary: 'Lists what is offered' },
        answer: json('Every kind of stream, with its parameters', STREAMS_SCHEMA),
      },
    },
  },
  {
    path: '/clients',
    operations: {
      GET: {
        ...{ does: 'clients', audience: 'client', summary: 'Lists who is there, and who left lately' },
        parameters: LIST_PARAMETERS,
        answer: json('Clients as they are now', CLIENTS_SCHEMA),
      },
    },
  },
  {
    path: '/clients/{name}',
    operations: {
      DELETE: {
        ...{ does: 'dismissal', audience: 'admin', summary: 'Asks a client to leave, and not to come back' },
        parameters: [{ name: 'name', in: 'path', required: true, schema: TEXT }],
        answer: { status: 204, description: 'It is off the roster, and its connection is being closed' },
        refusals: {
          400: 'The name can not be decoded',
          404: 'There is no such client',
          503: 'There is none as far as is known: others that serve the same clients did not answer',
        },
      },
    },
  },
  {
    path: '/live',
    operations: {
      GET: {
        ...{ does: 'live', audience: 'client', summary: 'Tells once a second what happens, a line each' },
        answer: {
          status: 200,
          description: 'An opening, then a line a second, until either end leaves',
          content: { 'application/x-ndjson': LIVE_SCHEMA },
        },
        refusals: { 503: 'As many watch as may, or it closes' },
      },
    },
  },
  {
    path: '/metrics',
    operations: {
      GET: {
        ...{ does: 'metrics', audience: 'client', summary: 'Counts what happened, for Prometheus' },
        answer: { status: 200, description: 'The text format 0.0.4', content: { 'text/plain': TEXT } },
      },
    },
  },
  {
    path: '/openapi.json',
    operations: {
      GET: {
        ...{ does: 'openapi', audience: 'client', summary: 'Says what can be asked for over HTTP' },
        answer: json('This document', { type: 'object' }),
      },
    },
  },
];

/** @param path the path below the base path, as it came */
export function findRoute(path: string): Route | undefined {
  const ofNames = path.replace(/[^/]+$/, '{name}');
  return ROUTES.find((each) => each.path === path) ?? ROUTES.find((each) => each.path === ofNames);
}

/** The name at the end of a path, percent-decoded; undefined if it can't be decoded. */
export function nameIn(path: string): string | undefined {
  try {
    return decodeURIComponent(path.replace(/^.*\//s, ''));
  } catch {
    return undefined;
  }
}

/** The methods that a path allows. */
export function methodsOf(route: Route): string[] {
  return Object.keys(route.operations).flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
}

export function operationOf({ operations }: Route, method: string): Operation | undefined {
  return operations[(method === 'HEAD' ? 'GET' : method) as Method];
}
