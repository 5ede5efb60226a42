import type { Parameter } from '../../stream/kinds/parameter-reader.ts';
import { VERSION } from '../../version.ts';
import type { JsonSchema } from './json-schema.ts';
import { PROBLEM_SCHEMA } from './problem.ts';
import { type Audience, type Operation, ROUTES, type Route } from './routes.ts';
import { type OfferedStreams, offeredStreams, type StreamDefaults } from './streams.ts';

/** What the document says about this particular server. */
export interface DescribedServer {
  readonly defaults: StreamDefaults;
  /** Such as `/feeds`; empty if there is none. */
  readonly basePath: string;
  /** Whether it requires an access token. */
  readonly hasToken: boolean;
}

const PROBLEM = { 'application/problem+json': PROBLEM_SCHEMA };

/** Renders the table of routes as a server's OpenAPI 3.1 document. */
export function openApiDocument({ defaults, basePath, hasToken }: DescribedServer): unknown {
  const offered = offeredStreams(defaults);
  const schemas = new Map<string, JsonSchema>();
  const referring = (content: Readonly<Record<string, JsonSchema>> = {}) =>
    Object.fromEntries(
      Object.entries(content).map(([type, schema]) => [type, { schema: reference(schema, schemas) }]),
    );
  const pathItem = ({ path, operations }: Route) =>
    Object.fromEntries(
      Object.entries(operations).map(([method, operation]) => [
        method.toLowerCase(),
        {
          operationId: idOf(method, path),
          ...parametersOf(path, operation, offered),
          ...describe(operation, hasToken, referring),
        },
      ]),
    );
  const paths = Object.fromEntries(ROUTES.map((route) => [route.path, pathItem(route)]));
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tidemark',
      version: VERSION,
      summary: 'An endless, reproducible feed of messages, and proof of what arrived and how fast',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: basePath === '' ? '/' : basePath }],
    paths,
    components: {
      schemas: Object.fromEntries(schemas),
      securitySchemes: {
        access: { type: 'http', scheme: 'bearer', description: 'The access token, where one is needed' },
        admin: { type: 'http', scheme: 'bearer', description: "The admin's token" },
        access_in_query: { type: 'apiKey', in: 'query', name: 'access_token' },
      },
    },
  };
}

function describe(
  { audience, summary, answer, anyQuery, refusals = {} }: Operation,
  hasToken: boolean,
  referring: (content?: Readonly<Record<string, JsonSchema>>) => unknown,
): object {
  const { status, description, content } = answer;
  const guarded = GUARDED[audience];
  const misread = anyQuery === true ? {} : { 400: 'A parameter is unknown, bad or given twice' };
  const refused = Object.entries({ ...guarded, ...misread, ...refusals }).map(([code, why]) => [
    code,
    { description: why, content: referring(PROBLEM) },
  ]);
  return {
    summary,
    security: securityOf(audience, hasToken),
    responses: {
      [status]: { description, ...(content === undefined ? {} : { content: referring(content) }) },
      ...Object.fromEntries(refused),
    },
  };
}

/** The parameters of an operation. Those of streams are declared by their kinds. */
function parametersOf(path: string, { does, parameters }: Operation, offered: OfferedStreams): object {
  if (does === 'stream') return { parameters: queryOf(path, offered) };
  return parameters === undefined ? {} : { parameters };
}

/** The query parameters of a stream's path. */
function queryOf(path: string, { streams, request }: OfferedStreams): readonly object[] {
  const { parameters = [] } = streams.find(({ kind }) => path === `/${kind}`) ?? {};
  const own = parameters.map(({ name, type, choices, ...limits }) => ({
    ...{ name, in: 'query' },
    schema: schemaOf(type, choices, limits),
  }));
  const ofAll = request.map(({ name, values, default: fallback }) => ({
    ...{ name, in: 'query', description: values },
    schema: { type: 'string', ...(fallback === null ? {} : { default: fallback }) },
  }));
  return [...own, ...ofAll];
}

function schemaOf(
  type: Parameter['type'],
  choices: Parameter['choices'],
  { minimum, maximum, default: fallback }: Pick<Parameter, 'minimum' | 'maximum' | 'default'>,
): JsonSchema {
  if (type === 'choice') return { type: 'string', enum: choices, default: fallback };
  if (type === 'shape') return { type: 'string', pattern: '^[1-9]\\d*(,[1-9]\\d*)*$', default: fallback };
  const value = Number(fallback);
  // The default of `seed` is no number if the server has a secret seed: then it is that seed's name.
  const initially = Number.isNaN(value) ? {} : { default: value };
  return { type, ...(type === 'integer' ? { minimum, maximum } : {}), ...initially };
}

/** An operation's id, such as `getUsers`. */
function idOf(method: string, path: string): string {
  const words = path.split(/\W+/).filter((word) => word !== '');
  return method.toLowerCase() + words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('');
}

/** The refusals of callers that are not admitted. */
const GUARDED: Readonly<Record<Audience, Readonly<Record<number, string>>>> = {
  open: {},
  client: {
    401: 'An access token is needed, and none came, or another',
    403: 'A page of an origin that may not connect',
  },
  admin: {
    401: "The admin's token is needed, and none came",
    403: "Another token came, or the server has no admin's token, or a page of an origin that may not connect asks",
  },
};

/** The ways to be admitted, of which one is enough. */
function securityOf(audience: Audience, hasToken: boolean): readonly object[] {
  if (audience === 'admin') return [{ admin: [] }];
  return audience === 'client' && hasToken ? [{ access: [] }, { access_in_query: [] }, { admin: [] }] : [];
}

/** Puts a schema with a title into the components, and returns a reference to it. */
function reference(schema: JsonSchema, schemas: Map<string, JsonSchema>): JsonSchema {
  const { title } = schema;
  if (typeof title !== 'string') return schema;
  schemas.set(title, schema);
  return { $ref: `#/components/schemas/${title}` };
}
