import { type JsonSchema, text } from './json-schema.ts';

/** The body of every refusal over HTTP, which `Refusal.problem` makes. */
export const PROBLEM_SCHEMA: JsonSchema = {
  title: 'Problem',
  description: 'Why a request was refused (RFC 9457).',
  type: 'object',
  properties: {
    type: text('No unit.', { const: 'about:blank' }),
    title: text("The status in HTTP's words. No unit."),
    status: { description: 'The HTTP status. No unit.', type: 'integer', minimum: 400, maximum: 599 },
    detail: text('Why, in a sentence: what was expected, and what came. No unit.'),
    close_code: {
      description: 'The close code of PROTOCOL.md that says the same, if there is one. No unit.',
      type: 'integer',
      minimum: 1000,
      maximum: 4999,
    },
  },
  required: ['type', 'title', 'status', 'detail'],
  additionalProperties: false,
};
