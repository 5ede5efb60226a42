import { connect } from 'node:net';
import { createParser } from 'eventsource-parser';
import { onTestFinished } from 'vitest';
import type { CARRIAGES } from '../e2e/hostile/carriages.mjs';

export type Carriage = (typeof CARRIAGES)[number];

/** All that a server sent for one request, told alike for every carriage. */
export interface Told {
  readonly status: number;
  readonly welcome: Record<string, unknown> | undefined;
  readonly messages: readonly string[];
  /** Whether the end says that all has been sent, and the close code if it says one. */
  readonly whole: boolean;
  readonly code: number | undefined;
  /** Of a refusal. */
  readonly sentence: string | undefined;
}

const MARK = '\u001e';
const END_OF_HEAD = '\r\n\r\n';

/** Asks by these bytes, and takes all that comes. `received` is what came by now; `told` resolves with it, once the connection ends. */
export function asked(port: number, carriage: Carriage, head: string) {
  const socket = connect(port, '127.0.0.1', () => socket.write(head));
  onTestFinished(() => void socket.destroy());
  let received = Buffer.alloc(0);
  socket.on('error', () => {}); // it ends then
  const told = new Promise<Told>((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      // A close frame is answered by the end: this peer has nothing more to say.
      if (carriage.name === 'websocket' && hasClose(received)) socket.destroy();
    });
    socket.on('close', () => resolve(read(carriage, received)));
  });
  return { told, received: () => received.toString('latin1'), socket };
}

function read(carriage: Carriage, received: Buffer): Told {
  const at = received.indexOf(END_OF_HEAD);
  const head = received.subarray(0, at).toString('latin1');
  const body = received.subarray(at + END_OF_HEAD.length);
  const status = Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]);
  if (status !== carriage.accepted) return refusal(status, body.toString());
  if (carriage.name === 'websocket') return ofFrames(status, body);
  return ofResponse(carriage.name, status, head, body);
}

function refusal(status: number, body: string): Told {
  const problem = body.startsWith('{')
    ? (JSON.parse(body) as { detail: string; close_code?: number })
    : undefined;
  const sentence = problem?.detail ?? body.trim();
  return { status, welcome: undefined, messages: [], whole: false, code: problem?.close_code, sentence };
}

function ofFrames(status: number, body: Buffer): Told {
  const frames = framesOf(body);
  const texts = frames.filter(({ opcode }) => opcode === 1).map(({ payload }) => payload.toString());
  const close = frames.find(({ opcode }) => opcode === 8)?.payload;
  const code = close === undefined ? undefined : close.readUInt16BE(0);
  const controls = texts.filter((text) => text.startsWith(MARK)).map((text) => JSON.parse(text.slice(1)));
  return {
    status,
    welcome: controls[0],
    messages: texts.filter((text) => !text.startsWith(MARK)),
    whole: code === 1000,
    code,
    sentence: close?.subarray(2).toString(),
  };
}

function ofResponse(name: 'lines' | 'events', status: number, head: string, body: Buffer): Told {
  const { content, trailer, whole } = dechunked(body);
  const welcomeText = /^tidemark-welcome: (.*)$/im.exec(head)?.[1];
  const welcome = welcomeText === undefined ? undefined : JSON.parse(welcomeText);
  const [, code, sentence] = /^tidemark-close: (\d+) ?(.*)$/im.exec(trailer) ?? [];
  const messages =
    name === 'lines' ? content.split('\n').filter((line) => line !== '') : eventsOf(content, welcome);
  return { status, welcome, messages, whole, code: code === undefined ? undefined : Number(code), sentence };
}

/** The data of all events but the first, each with its seq as its id. */
function eventsOf(content: string, welcome: unknown): string[] {
  const events: { id: string | undefined; event: string | undefined; data: string }[] = [];
  createParser({ onEvent: ({ id, event, data }) => events.push({ id, event, data }) }).feed(content);
  const [first, ...rest] = events;
  if (welcome !== undefined && JSON.stringify(welcome) !== first?.data) throw new Error('another welcome');
  for (const { id, data } of rest)
    if (!data.startsWith(`{"seq":${id},`)) throw new Error(`${data} has the id ${id}`);
  return rest.map(({ data }) => data);
}

function dechunked(body: Buffer): { content: string; trailer: string; whole: boolean } {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = body.indexOf('\r\n', at);
    const bytes = lineEnd < 0 ? Number.NaN : Number.parseInt(body.toString('latin1', at, lineEnd), 16);
    const next = lineEnd + 2 + bytes + 2;
    const content = Buffer.concat(parts).toString();
    if (bytes === 0) {
      const trailer = body.toString('latin1', lineEnd + 2);
      return { content, trailer, whole: trailer.endsWith('\r\n') };
    }
    if (!(next <= body.length)) return { content, trailer: '', whole: false };
    parts.push(body.subarray(lineEnd + 2, next - 2));
    at = next;
  }
}

const hasClose = (received: Buffer) => {
  const at = received.indexOf(END_OF_HEAD);
  return at >= 0 && framesOf(received.subarray(at + END_OF_HEAD.length)).some(({ opcode }) => opcode === 8);
};

/** Whole frames of a server, which are not masked and, here, short. */
function framesOf(bytes: Buffer): { opcode: number; payload: Buffer }[] {
  const frames = [];
  for (let at = 0; at + 2 <= bytes.length; ) {
    const short = bytes[at + 1] ?? 0;
    const headBytes = short === 126 ? 4 : 2;
    if (at + headBytes > bytes.length) break;
    const size = short === 126 ? bytes.readUInt16BE(at + 2) : short;
    const end = at + headBytes + size;
    if (end > bytes.length) break;
    frames.push({ opcode: (bytes[at] ?? 0) & 0x0f, payload: bytes.subarray(at + headBytes, end) });
    at = end;
  }
  return frames;
}
