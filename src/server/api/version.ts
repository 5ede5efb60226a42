import { SUBPROTOCOL } from '../../session/messages.ts';
import { FAKER_VERSION, GENERATOR_VERSION } from '../../stream/stream.ts';
import { VERSION } from '../../version.ts';
import { type JsonSchema, objectOf, text } from './json-schema.ts';

export const VERSION_SCHEMA: JsonSchema = {
  title: 'Version',
  ...objectOf('What a server is, as `GET /version` says it.', {
    version: text('Version of the Tidemark package. No unit.'),
    protocol: text('What it speaks besides plain mode. No unit.', { const: SUBPROTOCOL }),
    generator: {
      description: 'Version of the generator, which is part of every stream id. No unit.',
      type: 'integer',
      minimum: 1,
    },
    faker: text("Version of faker's tables, which is part of every stream id. No unit."),
    node: text('Version of Node.js that it runs on. No unit.', { pattern: '^v\\d' }),
  }),
};

export function versionOf(): unknown {
  return {
    version: VERSION,
    protocol: SUBPROTOCOL,
    generator: GENERATOR_VERSION,
    faker: FAKER_VERSION,
    node: process.version,
  };
}
