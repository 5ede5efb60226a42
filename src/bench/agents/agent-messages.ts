import * as v from 'valibot';
import { type MeasuredMachine, machineSchema } from '../../run-file/record/measured-machine.ts';
import { check, finite, type Schema, wholeFrom0, wholeFrom1 } from '../../session/schema.ts';
import type { ClientAnswer, ClientJob, ClientOrder } from '../process/job.ts';
import { clientAnswer } from './client-answer-schema.ts';

/** What a bench and agents say to each other. All of it comes from outside, and is checked by the schemas below. */

/** Bench → everybody: who is there? */
export interface Call {
  readonly bench: string;
}

/** Agent → the bench that called. */
export interface Hello {
  readonly agent: string;
  readonly name: string;
  readonly tidemark: string;
  readonly machine: MeasuredMachine;
  readonly processes: number;
  /** The bench that has it; null if it is free. */
  readonly takenBy: string | null;
}

/** Bench → agent: be mine for this session. */
export interface Take {
  readonly session: string;
  /** For people. */
  readonly by: string;
  readonly tidemark: string;
  /** URL of the server that is measured, without secrets. */
  readonly url: string;
  /** Empty for a server that is not Tidemark's. */
  readonly streams: readonly { readonly name: string; readonly id: string }[];
}

/** Bench → agent, in a session. */
export type ToAgent =
  | { readonly type: 'order'; readonly process: number; readonly order: ClientOrder }
  /** What is your time? */
  | { readonly type: 'probe'; readonly probe: number }
  | { readonly type: 'release' };

/** Agent → bench, in a session. */
export type FromAgent =
  /** Its processes are ready. */
  | { readonly type: 'prepared' }
  | { readonly type: 'refused'; readonly reason: string }
  | { readonly type: 'probed'; readonly probe: number; readonly agentMs: number }
  | { readonly type: 'answer'; readonly process: number; readonly answer: ClientAnswer }
  /** The session is over on this side. */
  | { readonly type: 'ended'; readonly reason: string };

const text = v.pipe(v.string(), v.maxLength(4096));
const id = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/, 'expected 32 hexadecimal digits'));
/** As in a host's name. */
const name = v.pipe(v.string(), v.regex(/^[\w.@-]{1,64}$/, 'expected 1 to 64 letters, digits or ._@-'));
const processIndex = v.pipe(wholeFrom0, v.maxValue(1023));

const call: Schema<Call> = v.object({ bench: id });
const hello: Schema<Hello> = v.object({
  agent: id,
  name,
  tidemark: text,
  machine: machineSchema,
  processes: v.pipe(wholeFrom1, v.maxValue(1024)),
  takenBy: v.nullable(text),
});
const take: Schema<Take> = v.object({
  session: id,
  by: text,
  tidemark: text,
  url: v.pipe(v.string(), v.maxLength(65_536)),
  streams: v.pipe(v.array(v.object({ name: text, id: text })), v.maxLength(1000)),
});

const job = v.object({
  run: wholeFrom0,
  attempt: wholeFrom1,
  url: v.pipe(v.string(), v.maxLength(65_536)),
  plain: v.boolean(),
  accessToken: v.optional(v.string()),
  ca: v.optional(v.string()),
  clients: v.pipe(v.array(wholeFrom1), v.minLength(1), v.maxLength(10_000)),
  blockSize: wholeFrom1,
  omit: wholeFrom0,
  count: v.optional(wholeFrom1),
  sample: v.pipe(wholeFrom1, v.maxValue(1_000_000)),
  startedMs: finite,
}) as unknown as Schema<ClientJob>;

const atMs = v.nullable(finite);
const order: Schema<ClientOrder> = v.variant('type', [
  v.object({ type: v.literal('begin'), job }),
  v.object({ type: v.literal('measure'), atMs }),
  v.object({ type: v.literal('stop'), atMs }),
]) as unknown as Schema<ClientOrder>;

const toAgent: Schema<ToAgent> = v.variant('type', [
  v.object({ type: v.literal('order'), process: processIndex, order }),
  v.object({ type: v.literal('probe'), probe: wholeFrom0 }),
  v.object({ type: v.literal('release') }),
]);

const fromAgent: Schema<FromAgent> = v.variant('type', [
  v.object({ type: v.literal('prepared') }),
  v.object({ type: v.literal('refused'), reason: text }),
  v.object({ type: v.literal('probed'), probe: wholeFrom0, agentMs: finite }),
  v.object({ type: v.literal('answer'), process: processIndex, answer: clientAnswer }),
  v.object({ type: v.literal('ended'), reason: text }),
]);

/** A bench keeps what every agent says of itself. */
const MOST_GREETING_BYTES = 4096;
const MOST_TAKE_BYTES = 256 * 1024;

/** What a message of one packet holds; undefined if it is nothing of the kind, which nobody has to answer. */
function heard<T>(schema: Schema<T>, bytes: Uint8Array, mostBytes: number): T | undefined {
  if (bytes.length > mostBytes) return undefined;
  try {
    const checked = check(schema, JSON.parse(new TextDecoder().decode(bytes)));
    return 'fault' in checked ? undefined : checked.value;
  } catch {
    return undefined;
  }
}

export const parseCall = (bytes: Uint8Array): Call | undefined => heard(call, bytes, MOST_GREETING_BYTES);
export const parseHello = (bytes: Uint8Array): Hello | undefined => heard(hello, bytes, MOST_GREETING_BYTES);
export const parseTake = (bytes: Uint8Array): Take | undefined => heard(take, bytes, MOST_TAKE_BYTES);

function parsed<T>(schema: Schema<T>, message: unknown): T {
  const checked = check(schema, message);
  if ('fault' in checked) throw new Error(checked.fault);
  return checked.value;
}

/** @throws an Error that says what was expected and what came */
export const parseToAgent = (message: unknown): ToAgent => parsed(toAgent, message);
/** @throws an Error that says what was expected and what came */
export const parseFromAgent = (message: unknown): FromAgent => parsed(fromAgent, message);

/** Whether a text can be the name of an agent. */
export function isAgentName(given: string): boolean {
  return v.is(name, given);
}
