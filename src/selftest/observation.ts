import type { FaultEvent } from '../chaos/chaos-path.ts';
import type { ClientEvent } from '../client/run/client-event.ts';
import type { Verdict } from '../measure/verdict.ts';
import type { ServerEvent } from '../server/options/server-event.ts';
import type { CaptureVerdict } from '../verify/capture-verdict.ts';
import type { Finding } from '../verify/finding.ts';

/** The pace and block size of every observed run. */
export const PER_SECOND = 1000;
export const BLOCK_MESSAGES = 10;

/** What a run goes over: a WebSocket, or a response of server-sent events or of lines. */
export const OVER = ['websocket', 'events', 'lines'] as const;
export type Over = (typeof OVER)[number];

/** An event, and when it was reported, by the monotonic clock. */
export interface Told<Event> {
  readonly event: Event;
  readonly ms: number;
}

/** Everything reported during a run through a path: what was done on the path, and what each detector made of it. */
export interface Observation {
  readonly planted: readonly FaultEvent[];
  readonly server: readonly Told<ServerEvent>[];
  readonly client: readonly Told<ClientEvent>[];
  /** The verdict of the client, which checks every message, and has the server verify each block. */
  readonly verdict: Verdict;
  /** The result of checking the client's log. */
  readonly log: CaptureVerdict;
  readonly findings: readonly Finding[];
}

/** How long it took until messages could arrive. */
export function connectMs({ client }: Observation): number {
  const [start] = client;
  const connected = client.find(({ event }) => event.event === 'connected');
  return (connected?.ms ?? Number.POSITIVE_INFINITY) - (start?.ms ?? 0);
}

/** How the first connection ended, before the client reconnected: its close code and the reason. */
export function firstOutage({ client }: Observation): { code: number; reason: string } | undefined {
  for (const { event } of client) if (event.event === 'disconnected') return event;
  return undefined;
}

/** The longest duration of a block, and the longest from one block's end to the next. */
export function longestBlockMs({ client }: Observation): number {
  const times = client.map(({ event }) => {
    return event.event === 'block' ? Math.max(event.elapsed_ms, event.interval_ms ?? 0) : 0;
  });
  return Math.max(0, ...times);
}

/** The median duration of a block. */
export function medianBlockMs({ client }: Observation): number {
  const times = client.flatMap(({ event }) => (event.event === 'block' ? [event.elapsed_ms] : []));
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}

/** Payload bytes a second, from the connection to the last block. */
export function bytesPerSecond({ client }: Observation): number {
  const blocks = client.flatMap(({ event, ms }) =>
    event.event === 'block' ? [{ bytes: event.bytes, ms }] : [],
  );
  const connected = client.find(({ event }) => event.event === 'connected');
  const seconds = ((blocks.at(-1)?.ms ?? 0) - (connected?.ms ?? 0)) / 1000;
  return blocks.reduce((sum, { bytes }) => sum + bytes, 0) / seconds;
}

/** Blocks that the server found wrong. */
export function mismatches({ client }: Observation): number {
  return client.filter(({ event }) => event.event === 'mismatch').length;
}

/** Whether the server found by itself that a client had gone silent. */
export function serverFoundSilence({ server }: Observation): boolean {
  return server.some(({ event }) => event.event === 'leave' && event.reason === 'silent');
}
