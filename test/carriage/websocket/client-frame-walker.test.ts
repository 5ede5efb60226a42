import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { ClientFrameWalker } from '../../../src/carriage/websocket/client-frame-walker.ts';
import { WebSocketAcceptor } from '../../../src/carriage/websocket/websocket.ts';
import { TurnAddress, TurnTaker } from '../../../src/host/turns.ts';
import { clientHandshake } from './client-handshake.ts';
import { frame } from './frames.ts';

const MASK = Uint8Array.of(0x9d, 0x01, 0xfe, 0x37);
const plain = (opcode: number, payload: Uint8Array | string, more = {}) =>
  frame({ opcode, payload: Buffer.from(payload as string), mask: MASK, ...more });
const text = (payload: Uint8Array | string) => plain(1, payload);

describe('ClientFrameWalker', () => {
  const walk = (bytes: Uint8Array, at = 0) => {
    const walker = new ClientFrameWalker(1024);
    const next = walker.next(bytes, at);
    return { next, found: Buffer.from(bytes.subarray(walker.start, walker.end)).toString(), end: walker.end };
  };

  test.each([0, 1, 3, 4, 125, 126, 1024])('unmasks a text of %i bytes', (size) => {
    const content = 'tidemark'.repeat(128).slice(0, size);
    const bytes = Buffer.concat([Buffer.from('before'), text(content), Buffer.from('behind')]);
    expect(walk(bytes, 6)).toEqual({ next: 'text', found: content, end: bytes.length - 6 });
  });

  test('waits for the rest of a text, of each of its bytes', () => {
    for (const whole of [text('tide'), text('tide'.repeat(40))]) {
      for (let size = 0; size < whole.length; size++) expect(walk(whole.subarray(0, size)).next).toBe('part');
      expect(walk(whole).next).toBe('text');
    }
  });

  test.each([
    ['text that is not ASCII', text('tidé')],
    ['binary', plain(2, 'tide')],
    ['a ping', plain(9, 'tide')],
    ['a pong', plain(10, '')],
    ['a text larger than is looked at', text('t'.repeat(1025))],
  ])('leaves %s as it is, and looks at what comes behind it', (_, unusual) => {
    const bytes = Buffer.concat([unusual, text('tide')]);
    const walker = new ClientFrameWalker(1024);
    const strict: Uint8Array[] = [];
    let at = 0;
    for (let next = walker.next(bytes, at); next === 'strict'; next = walker.next(bytes, at)) {
      strict.push(bytes.subarray(walker.start, walker.end));
      at = walker.end;
      expect(walker.atBorder).toBe(at >= unusual.length);
    }
    expect(Buffer.concat(strict)).toEqual(Buffer.from(unusual));
    expect(bytes.subarray(walker.start, walker.end).toString()).toBe('tide');
  });

  test.each([
    ['a text that is not masked', frame({ opcode: 1, payload: Buffer.from('tide') })],
    ['the beginning of a fragmented text', plain(1, 'tide', { final: false })],
    ['a continuation', plain(0, 'tide')],
    ['a reserved bit', plain(1, 'tide', { reserved: 4 })],
    ['a reserved opcode', plain(3, 'tide')],
    ['a close', plain(8, '')],
    ['a length of two bytes where one would do', plain(1, 'tide', { lengthBytes: 2 })],
    ['a length of eight bytes', plain(1, 'tide', { lengthBytes: 8 })],
    ['a long ping', plain(9, 't'.repeat(126))],
  ])('looks at nothing behind %s', (_, unusual) => {
    const bytes = Buffer.concat([unusual, text('tide')]);
    const walker = new ClientFrameWalker(1024);
    expect(walker.next(bytes, 0)).toBe('strict');
    expect([walker.start, walker.end, walker.atBorder]).toEqual([0, bytes.length, false]);
  });
});

type Told = (readonly ['text' | 'binary' | 'closed', string | number])[];
const LIMITS = { maximumMessageBytes: 3000 };

/** What the server's end of a connection tells of. */
interface Ends {
  message(payload: Uint8Array, isText: boolean): void;
  closed(code: number): void;
}

async function listening(accept: (ends: Ends) => Server) {
  let ends: Ends | undefined;
  const server = accept({
    message: (payload, isText) => ends?.message(payload, isText),
    closed: (code) => ends?.closed(code),
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  /** What is told of a client that sends these pieces one by one, and leaves. */
  return async (pieces: readonly Uint8Array[], withHandshake: boolean): Promise<Told> => {
    const told: Told = [];
    const closed = new Promise<void>((resolve) => {
      ends = {
        message: (payload, isText) =>
          told.push([isText ? 'text' : 'binary', Buffer.from(payload).toString('latin1')]),
        closed: (code) => {
          told.push(['closed', code]);
          resolve();
        },
      };
    });
    const socket: Duplex = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.on('error', () => {});
    socket.resume();
    const head = Buffer.from(clientHandshake());
    if (withHandshake) socket.write(Buffer.concat([head, ...pieces]));
    else {
      socket.write(head);
      await once(socket, 'data');
      for (const piece of pieces) {
        socket.write(piece);
        await nextTurn();
      }
    }
    socket.end();
    await closed;
    return told;
  };
}

const ours = () =>
  listening((ends) => {
    const limits = { ...LIMITS, mostUnsentBytes: 1_000_000, mostUnsentAnswers: 100, closingMs: 30_000 };
    const acceptor = new WebSocketAcceptor({ subprotocol: 'tidemark.v1', ...limits });
    return createServer().on('upgrade', (request, socket, head) => {
      acceptor.accept(request, socket, head, new TurnTaker(new TurnAddress()), () => ({
        ...ends,
        heard: () => {},
        answered: () => {},
        drained: () => {},
      }));
    });
  });

const oracle = () =>
  listening((ends) => {
    const maxPayload = LIMITS.maximumMessageBytes;
    const sockets = new WebSocketServer({ noServer: true, maxPayload, perMessageDeflate: false });
    return createServer().on('upgrade', (request, socket, head) => {
      sockets.handleUpgrade(request, socket, head, (webSocket) => {
        let broke = false; // as the server tells of it
        webSocket.on('error', () => {
          broke = true;
        });
        webSocket.on('message', (data, isBinary) => ends.message(data as Buffer, !isBinary));
        webSocket.on('close', (code) => ends.closed(broke ? 1002 : code));
      });
    });
  });

const content = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.integer({ min: 0, max: 2000 }).map((size) => 'tidemark '.repeat(223).slice(0, size)),
);
const usual = content.map(text);
const unusual = fc.oneof(
  content.map((payload) => plain(2, payload)),
  fc.uint8Array({ maxLength: 20 }).map((payload) => plain(1, payload)), // often not UTF-8
  fc.string({ maxLength: 20 }).map((payload) => plain(9, payload)),
  content.map((payload) => Buffer.concat([plain(1, payload, { final: false }), plain(0, payload)])),
  fc.constantFrom(
    plain(8, Uint8Array.of(0x03, 0xe8)),
    plain(0, 'tide'),
    plain(1, 'tide', { reserved: 4 }),
    plain(1, 'tide', { lengthBytes: 2 }),
    plain(1, 'tide', { lengthBytes: 8 }),
    plain(1, 't'.repeat(LIMITS.maximumMessageBytes + 1)),
    frame({ opcode: 1, payload: Buffer.from('tide') }),
  ),
);
const sent = fc.array(fc.oneof({ weight: 4, arbitrary: usual }, unusual), { minLength: 1, maxLength: 12 });

/** Bytes cut at some of their places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [...new Set(places.map((place) => place % bytes.length))].sort((a, b) => a - b);
  return [0, ...at].map((start, i) => bytes.subarray(start, at[i])).filter(({ length }) => length > 0);
}

test('a server is told what a strict decoder alone would tell it, however the bytes are cut', async () => {
  const [tellOurs, tellOracle] = [await ours(), await oracle()];
  let texts = 0;
  await fc.assert(
    fc.asyncProperty(
      sent,
      fc.array(fc.nat(), { maxLength: 8 }),
      fc.boolean(),
      async (frames, places, whole) => {
        const pieces = cut(Buffer.concat(frames), places);
        const expected = await tellOracle(pieces, whole);
        texts += expected.length;
        expect(await tellOurs(pieces, whole)).toEqual(expected);
      },
    ),
    { numRuns: 300 },
  );
  expect(texts).toBeGreaterThan(500);
});
