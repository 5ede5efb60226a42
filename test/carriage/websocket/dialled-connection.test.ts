import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { Connection } from '../../../src/carriage/connection.ts';
import { dialWebSocket } from '../../../src/carriage/websocket/dial.ts';
import { frame, text } from './frames.ts';

/** Accepts the handshake, writes these pieces, each by itself, and ends. */
async function serverOf(pieces: readonly Uint8Array[], together = false): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', async (request) => {
      const key = /Sec-WebSocket-Key: (.*)\r\n/i.exec(request.toString('latin1'))?.[1];
      const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
      const head = `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`;
      if (together) socket.write(Buffer.concat([Buffer.from(head), ...pieces]));
      else {
        socket.write(head);
        for (const piece of pieces) {
          await new Promise((resolve) => socket.write(piece, resolve));
          await new Promise(setImmediate);
        }
      }
      socket.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

type Told = (readonly ['text' | 'binary' | 'closed', string | number])[];

const MAXIMUM_BYTES = 200_000;

/** What a message says, or its length and digest if that is long. */
function short(payload: Uint8Array): string {
  return payload.length <= 200
    ? Buffer.from(payload).toString('latin1')
    : `${payload.length}/${crc32(payload)}`;
}

/** What `ws` by itself makes of it. */
function oracle(url: string): Promise<Told> {
  const told: Told = [];
  const socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: MAXIMUM_BYTES });
  socket.on('message', (data, isBinary) => told.push([isBinary ? 'binary' : 'text', short(data as Buffer)]));
  let own: number | undefined;
  socket.on('error', ({ code }: Error & { code?: string }) => {
    if (code?.startsWith('WS_ERR_')) own = OWN_CODES[code] ?? 1002;
  });
  return new Promise((resolve) => socket.on('close', (code) => resolve([...told, ['closed', own ?? code]])));
}

/** What `ws` says in its close frame of what it can't take. */
const OWN_CODES: Readonly<Record<string, number>> = {
  WS_ERR_INVALID_UTF8: 1007,
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 1009,
};

/** What we make of it; `act` comes behind the messages of a read, `first` before each of them. */
function ours(
  url: string,
  act: (connection: Connection, told: Told) => void = () => {},
  first: () => void = () => {},
): Promise<Told> {
  const told: Told = [];
  return new Promise((resolve, reject) => {
    const connection = dialWebSocket(
      { url, subprotocol: undefined },
      { maximumMessageBytes: MAXIMUM_BYTES },
      {
        opened: () => {},
        failed: ({ reason }) => reject(new Error(reason)),
        heard: () => {},
        messages: (batch) => {
          for (let i = 0; i < batch.count; i++) {
            first();
            told.push([batch.isText(i) ? 'text' : 'binary', short(batch.payload(i))]);
          }
          act(connection, told);
        },
        closed: (code) => resolve([...told, ['closed', code]]),
      },
    );
  });
}

const payloads = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.string({ unit: 'grapheme', maxLength: 200 }).map((content) => Buffer.from(content)),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(125, 126, 65_535, 65_536, 150_000).map((size) => Buffer.alloc(size, 'z')),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)) },
);
const options = { final: true, reserved: 0 };
const wellFormed = fc.oneof(
  { weight: 6, arbitrary: payloads.map((payload) => [frame({ opcode: 1, payload })]) },
  { weight: 3, arbitrary: payloads.map((payload) => [frame({ opcode: 2, payload })]) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(9, 10).map((opcode) => [frame({ opcode, payload: Buffer.from('beat') })]),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(1, 2), payloads, payloads, fc.boolean())
      .map(([opcode, one, two, ping]) => [
        frame({ opcode, final: false, payload: one }),
        ...(ping ? [frame({ opcode: 9, payload: Buffer.from('within') })] : []),
        frame({ opcode: 0, payload: two }),
      ]),
  },
);
const broken = fc
  .oneof(
    fc.constantFrom(
      frame({ ...options, opcode: 0, payload: Buffer.from('no beginning') }),
      frame({ ...options, opcode: 1, reserved: 4, payload: Buffer.from('reserved') }),
      frame({ ...options, opcode: 5, payload: Buffer.from('opcode') }),
      frame({ ...options, opcode: 1, payload: Buffer.from('masked'), mask: Uint8Array.of(1, 2, 3, 4) }),
      frame({ ...options, opcode: 1, payload: Uint8Array.of(0xff) }),
      frame({ ...options, opcode: 9, final: false, payload: Buffer.from('ping') }),
      frame({ ...options, opcode: 8, payload: Uint8Array.of(0, 1) }),
      frame({ ...options, opcode: 8, payload: Uint8Array.of(3, 232) }),
      frame({ ...options, opcode: 2, payload: Buffer.alloc(MAXIMUM_BYTES + 1) }),
      Buffer.concat([frame({ opcode: 1, final: false, payload: Buffer.from('a') }), text('b')]),
    ),
  )
  .map((bytes) => [bytes]);

/** Cuts bytes into pieces at these shares of their length. */
function cut(bytes: Buffer, shares: readonly number[]): Buffer[] {
  const ends = [...shares.map((share) => Math.floor(share * bytes.length)), bytes.length].sort(
    (a, b) => a - b,
  );
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 });

describe('what comes out is what `ws` makes of the same bytes', () => {
  test('for any frames, cut anywhere, whatever is wrong with one of them', async () => {
    const runs = fc.tuple(
      fc.array(wellFormed, { maxLength: 12 }),
      fc.option(broken),
      fc.array(wellFormed),
      shares,
    );
    await fc.assert(
      fc.asyncProperty(runs, fc.boolean(), async ([before, wrong, after, at], together) => {
        const bytes = Buffer.concat([...before, wrong ?? [], ...after].flat());
        const url = await serverOf(cut(bytes, at), together);
        expect(await ours(url)).toEqual(await oracle(url));
      }),
      { numRuns: 150 },
    );
  });

  const SAMPLE = Buffer.concat([
    text('one'),
    frame({ opcode: 9, payload: Buffer.from('beat') }),
    text('zwei €'),
    frame({ opcode: 1, final: false, payload: Buffer.from('thr') }),
    frame({ opcode: 0, payload: Buffer.from('ee') }),
    frame({ opcode: 2, payload: Uint8Array.of(0xff) }),
    text('x'.repeat(130)),
    frame({ opcode: 8, payload: Uint8Array.of(3, 232) }),
    text('never'),
  ]);

  test('byte by byte', async () => {
    const url = await serverOf(Array.from(SAMPLE, (byte) => Uint8Array.of(byte)));
    const told = await ours(url);
    expect(told).toEqual(await oracle(url));
    expect(told.map(([kind]) => kind)).toEqual(['text', 'text', 'text', 'binary', 'text', 'closed']);
  });

  test('at every split', async () => {
    const whole = await oracle(await serverOf([SAMPLE]));
    const ends = Array.from({ length: SAMPLE.length - 1 }, (_, index) => index + 1);
    const all = await Promise.all(
      ends.map(async (end) => ours(await serverOf([SAMPLE.subarray(0, end), SAMPLE.subarray(end)]))),
    );
    for (const told of all) expect(told).toEqual(whole);
  });
});

describe('a connection', () => {
  const frames = Array.from({ length: 50_000 }, (_, seq) =>
    text(`{"seq":${seq},"data":"${'x'.repeat(100)}"}`),
  );
  const seqsOf = (told: Told) =>
    told.filter(([kind]) => kind === 'text').map(([, content]) => JSON.parse(String(content)).seq);

  test('when the end of a frame that came in parts looks like a ping', async () => {
    const start = frame({ opcode: 1, final: false, payload: Buffer.from('a') });
    const end = frame({ opcode: 0, payload: Buffer.of(0xff, 0x89, 0x00) }); // the whole is not UTF-8
    const pieces = [start, end.subarray(0, -2), Buffer.concat([end.subarray(-2), text('overtakes')])];
    expect(await ours(await serverOf(pieces))).toEqual(await oracle(await serverOf(pieces)));
  });

  test('hands over nothing before it has told that it is open, whatever that is answered with', async () => {
    const url = await serverOf([text('first')], true);
    const told: string[] = [];
    await new Promise<void>((resolve) => {
      const connection = dialWebSocket(
        { url, subprotocol: undefined },
        { maximumMessageBytes: MAXIMUM_BYTES },
        {
          opened: () => {
            connection.setReading(true);
            told.push('opened');
          },
          failed: () => resolve(),
          heard: () => {},
          messages: (batch) => void told.push(short(batch.payload(0))),
          closed: () => resolve(),
        },
      );
    });
    expect(told).toEqual(['opened', 'first']);
  });

  test('hands over everything in order when reading stops and goes on', async () => {
    const url = await serverOf([Buffer.concat(frames)]);
    let stops = 0;
    const told = await ours(url, (connection) => {
      if (stops++ % 3 !== 0) return;
      connection.setReading(false);
      setTimeout(() => connection.setReading(true), 1);
    });
    expect(seqsOf(told)).toEqual(frames.map((_, seq) => seq));
    expect(stops).toBeGreaterThan(3);
  });

  test('that does not read is handed no more than it has read already', async () => {
    const url = await serverOf([Buffer.concat(frames)]);
    let afterStop = 0;
    let stopped = false;
    await new Promise<void>((resolve) => {
      void ours(url, (connection, told) => {
        if (stopped) afterStop = told.length;
        else {
          stopped = true;
          connection.setReading(false);
          setTimeout(() => {
            connection.terminate();
            resolve();
          }, 100);
        }
      });
    });
    expect(afterStop).toBe(0);
  });
});

test('a connection that goes on while another hands over its messages waits until that is done', async () => {
  const contents = (of: string) => Array.from({ length: 20_000 }, (_, i) => `${of}${i}`);
  const flood = (of: string) => serverOf([Buffer.concat(contents(of).map(text))]);
  let waiting: Connection | undefined;
  let goOn = () => {};
  const stopped = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const one = ours(await flood('one'), (connection) => {
    if (waiting !== undefined) return;
    waiting = connection;
    connection.setReading(false); // with more at hand than a batch takes
    goOn();
  });
  await stopped;
  const two = ours(await flood('two'), undefined, () => waiting?.setReading(true));
  const said = (told: Told) => told.filter(([kind]) => kind === 'text').map(([, content]) => content);
  expect(said(await two)).toEqual(contents('two'));
  expect(said(await one)).toEqual(contents('one'));
});

test('a connection that always has more to read holds neither timers nor other connections up', async () => {
  // All of it is in the sockets' buffers before the first of it is read, so Node would read it at one stretch.
  const flood = [Buffer.concat(Array.from({ length: 3000 }, () => text('x'.repeat(1000))))];
  const urls = await Promise.all([serverOf(flood), serverOf(flood)]);
  const order: string[] = [];
  const takeSlowly = (name: string) => () => {
    order.push(name);
    const endMs = performance.now() + 3;
    while (performance.now() < endMs);
  };
  const turns = setInterval(() => order.push('timer'), 1);
  await Promise.all(urls.map((url, index) => ours(url, takeSlowly(`connection ${index}`))));
  clearInterval(turns);
  expect(order.filter((each) => each !== 'timer').length).toBeGreaterThan(20);
  // Reads between two ticks of the timer.
  const stretches = order
    .join(' ')
    .split('timer')
    .map((stretch) => stretch.match(/connection/g)?.length ?? 0);
  expect(Math.max(...stretches)).toBeLessThanOrEqual(5);
});

describe('texts that are sent', () => {
  /** A server that sends one message and tells what it hears until the end of it. */
  async function listener(): Promise<{ url: string; heard: Promise<Told> }> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await once(server, 'listening');
    onTestFinished(() => {
      for (const socket of server.clients) socket.terminate();
      server.close();
    });
    const heard = new Promise<Told>((resolve) => {
      server.on('connection', (socket) => {
        const told: Told = [];
        socket.on('message', (data) => told.push(['text', String(data)]));
        socket.on('close', (code) => resolve([...told, ['closed', code]]));
        socket.send('go');
      });
    });
    return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`, heard };
  }

  test('in answer to what came go out in their order, before the close that follows them', async () => {
    const { url, heard } = await listener();
    await ours(url, (connection) => {
      for (const content of ['one', 'zwölf', '']) connection.sendText(content);
      connection.close(4321, '');
      connection.sendText('too late');
    });
    expect(await heard).toEqual([
      ['text', 'one'],
      ['text', 'zwölf'],
      ['text', ''],
      ['closed', 4321],
    ]);
  });

  test('at any other time go out at once', async () => {
    const { url, heard } = await listener();
    await ours(url, (connection) => {
      setTimeout(() => connection.sendText('later'), 20);
      setTimeout(() => connection.close(1000, ''), 40);
    });
    expect(await heard).toEqual([
      ['text', 'later'],
      ['closed', 1000],
    ]);
  });
});
