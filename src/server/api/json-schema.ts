/** A JSON Schema (draft 2020-12). Schemas with a title are published, in schemas/ and in the OpenAPI document. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A parameter of a request, in the form of OpenAPI. */
export interface OperationParameter {
  readonly name: string;
  readonly in: 'query' | 'path' | 'header';
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
}

/** An object with exactly these members. @param optional those that it may lack */
export function objectOf(
  description: string,
  properties: Readonly<Record<string, JsonSchema>>,
  optional: Readonly<Record<string, JsonSchema>> = {},
): JsonSchema {
  return {
    description,
    type: 'object',
    properties: { ...properties, ...optional },
    required: Object.keys(properties),
    additionalProperties: false,
  };
}

export function arrayOf(description: string, items: JsonSchema): JsonSchema {
  return { description, type: 'array', items };
}

export function text(description: string, rest: JsonSchema = {}): JsonSchema {
  return { description, type: 'string', ...rest };
}

/** An integer from 0. */
export function whole(description: string): JsonSchema {
  return { description, type: 'integer', minimum: 0 };
}

/** A span of time from 0. */
export function milliseconds(description: string, rest: JsonSchema = {}): JsonSchema {
  return { description: `${description} Milliseconds.`, type: 'number', minimum: 0, ...rest };
}

/** A time in ISO 8601, in UTC, to the millisecond. */
export function moment(description: string): JsonSchema {
  const pattern = '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$';
  return text(`${description}: ISO 8601 in UTC, to the millisecond.`, { pattern });
}
