import { isUtf8 } from 'node:buffer';
import { Duplex } from 'node:stream';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { AcceptedConnection } from '../../../src/carriage/websocket/accepted-connection.ts';
import { systemHost } from '../../../src/host/host.ts';
import { TurnAddress, TurnTaker } from '../../../src/host/turns.ts';
import { frame } from './frames.ts';

const MOST_UNSENT_BYTES = 1000;
const RULES = {
  masked: true,
  mostMessageBytes: 65_536,
  isUtf8,
  mostUnsentBytes: MOST_UNSENT_BYTES,
  mostUnsentAnswers: 256,
  closingMs: 30_000,
};
const MASK = Uint8Array.of(1, 2, 3, 4);
const text = (content: string) => frame({ opcode: 1, payload: Buffer.from(content), mask: MASK });
const ping = (content: string) => frame({ opcode: 9, payload: Buffer.from(content), mask: MASK });
const close = (code: number) => frame({ opcode: 8, payload: Buffer.of(code >> 8, code & 0xff), mask: MASK });

/** The socket: what it is given to send is taken at once, or, once it is held, waits until it is let go. */
class FakeSocket extends Duplex {
  readonly sent: Buffer[] = [];
  held = false;
  calls = 0;
  #taken: (() => void) | undefined;

  constructor() {
    super({ writableHighWaterMark: MOST_UNSENT_BYTES });
  }

  override _read(): void {}

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.sent.push(chunk);
    this.calls++;
    if (this.held) this.#taken = done;
    else done();
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'utf8', done);
  }

  letGo(): void {
    this.held = false;
    const taken = this.#taken;
    this.#taken = undefined;
    taken?.();
  }

  /** Of frames as a server sends them, all short: the opcode and the payload of each. */
  get frames(): string[] {
    const all = Buffer.concat(this.sent);
    const frames: string[] = [];
    for (let at = 0; at < all.length; at += 2 + (all[at + 1] ?? 0))
      frames.push(`${(all[at] ?? 0) & 0x0f} ${all.toString('latin1', at + 2, at + 2 + (all[at + 1] ?? 0))}`);
    return frames;
  }
}

function accepted({ head = Buffer.alloc(0), rules = RULES } = {}) {
  const socket = new FakeSocket();
  const connection = new AcceptedConnection(socket, rules, new TurnTaker(new TurnAddress()));
  const told: string[] = [];
  const act = { message: () => {} };
  connection.begin(
    {
      message: (payload, isText) => {
        told.push(isText ? Buffer.from(payload).toString() : `${payload.length} bytes`);
        act.message();
      },
      heard: () => void told.push('heard'),
      answered: () => void told.push('answered'),
      drained: () => void told.push('drained'),
      closed: (code, reason) => void told.push(`closed ${code} ${reason}`),
    },
    head,
  );
  /** Waits until nothing more is told. How much is decoded in a turn hangs on how fast the machine is. */
  const settled = async () => {
    let before = told.length;
    for (let quiet = 0; quiet < 30; quiet++) {
      await new Promise(setImmediate);
      if (told.length !== before) quiet = 0;
      before = told.length;
    }
  };
  onTestFinished(() => void socket.destroy());
  return { socket, connection, told, act, settled };
}

const numbered = (count: number) => Array.from({ length: count }, (_, i) => String(i).padStart(30, '0'));
const MANY = numbered(200);
const BYTES = Buffer.concat(MANY.map(text)); // 7200

test('tells what was read behind the handshake and after it, in order', async () => {
  const { socket, told, settled } = accepted({ head: Buffer.from(BYTES.subarray(0, 1500)) });
  socket.push(Buffer.from(BYTES.subarray(1500)));
  await settled();
  expect(told).toEqual(MANY);
});

test('tells all that comes in its order, in however many pieces', async () => {
  const sent = Buffer.concat([
    text('one'),
    text('zwölf'),
    ping('a'),
    text('x'.repeat(3000)),
    ping('b'),
    text(''),
  ]);
  for (const step of [sent.length, 700, 1]) {
    const { socket, told, settled } = accepted();
    for (let at = 0; at < sent.length; at += step) socket.push(Buffer.from(sent.subarray(at, at + step)));
    await settled();
    expect(told).toEqual(['one', 'zwölf', 'heard', 'x'.repeat(3000), 'heard', '']);
    expect(socket.frames).toEqual(['10 a', '10 b']);
  }
});

test('decodes all slices that there is time for in one turn', async () => {
  const turns = vi.spyOn(systemHost.turns, 'until');
  const over = vi.spyOn(systemHost.turns, 'over').mockReturnValue(false);
  onTestFinished(() => {
    turns.mockRestore();
    over.mockRestore();
  });
  const { socket, told, settled } = accepted();
  socket.push(Buffer.from(BYTES));
  await settled();
  expect(told).toEqual(MANY);
  expect(turns.mock.calls).toEqual([['decoding']]);
});

test.each([
  ['no time passes', 0, 200],
  ['each look at the clock takes a millisecond', 1, 29],
])('decodes slices for a while before others have their turn: %s', async (_, stepMs, expected) => {
  let nowMs = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => {
    nowMs += stepMs;
    return nowMs;
  });
  onTestFinished(() => clock.mockRestore());
  const { socket, told, act, settled } = accepted();
  let atTheirTurn = 0;
  let asked = false;
  act.message = () => {
    if (asked) return;
    asked = true;
    systemHost.turns.add(() => {
      atTheirTurn = told.length;
      return false;
    });
  };
  socket.push(Buffer.from(BYTES));
  await settled();
  expect(told).toEqual(MANY);
  expect(atTheirTurn).toBe(expected); // in 1024 bytes there are 28 and a part
});

test('tells nothing while too much waits to be sent, and goes on when it is taken', async () => {
  const { socket, connection, told, settled } = accepted();
  socket.held = true;
  connection.writeFrames([Buffer.alloc(MOST_UNSENT_BYTES + 1)]);
  socket.push(Buffer.from(BYTES));
  await settled();
  expect([told, socket.isPaused()]).toEqual([[], true]);
  socket.letGo();
  await settled();
  expect(told).toEqual(['drained', ...MANY]);
});

test('stops between two messages when it is not to read, and goes on where it stopped', async () => {
  const { socket, connection, told, act, settled } = accepted();
  act.message = () => connection.setReading(false);
  socket.push(Buffer.from(BYTES));
  await settled();
  expect(told).toEqual(MANY.slice(0, 1));
  act.message = () => {};
  connection.setReading(true);
  await settled();
  expect(told).toEqual(MANY);
});

test('goes on when it is to read again, though nothing was left to decode', async () => {
  const { socket, connection, told, settled } = accepted();
  socket.push(text('one'));
  await settled();
  connection.setReading(false);
  socket.push(text('two'));
  await settled();
  expect(told).toEqual(['one']);
  connection.setReading(true);
  await settled();
  expect(told).toEqual(['one', 'two']);
});

describe('the end', () => {
  test('without a close comes behind what came before it', async () => {
    const { socket, told, settled } = accepted();
    socket.push(Buffer.from(BYTES));
    socket.push(null);
    await settled();
    expect(told).toEqual([...MANY, 'closed 1006 ']);
    expect(socket.destroyed).toBe(true);
  });

  test('by an error too', async () => {
    const { socket, told, settled } = accepted();
    socket.once('data', () => socket.destroy(new Error('reset')));
    socket.push(Buffer.from(BYTES));
    await settled();
    expect(told).toEqual([...MANY, 'closed 1006 ']);
  });

  test('is told at once while it is not to read', async () => {
    const { socket, connection, told, settled } = accepted();
    connection.setReading(false);
    socket.push(Buffer.from(BYTES));
    await settled();
    socket.destroy();
    await settled();
    expect(told).toEqual(['closed 1006 ']);
  });

  test('in the middle of a frame loses that frame', async () => {
    const { socket, told, settled } = accepted();
    socket.push(text('one').subarray(0, 8));
    socket.push(null);
    await settled();
    expect(told).toEqual(['closed 1006 ']);
  });

  test('by the peer is answered with its code, and nothing behind it is told', async () => {
    const { socket, connection, told, settled } = accepted();
    socket.push(
      Buffer.concat([text('last'), close(4000), text('late'), frame({ opcode: 3, payload: MASK })]),
    );
    await settled();
    expect(socket.frames).toEqual(['8 \u000f\u00a0']);
    expect(socket.writableEnded).toBe(true);
    connection.sendText('late');
    socket.push(null);
    await settled();
    expect(told).toEqual(['last', 'closed 4000 ']);
    expect(socket.frames).toHaveLength(1);
  });

  test('by a peer that broke the protocol says so to both, and nothing behind it is told', async () => {
    const { socket, told, settled } = accepted();
    socket.push(
      Buffer.concat([text('one'), frame({ opcode: 1, payload: Buffer.of(0xff), mask: MASK }), text('two')]),
    );
    await settled();
    expect(socket.frames).toEqual(['8 \u0003\u00efa text message is not UTF-8']);
    socket.push(null);
    await settled();
    expect(told).toEqual(['one', 'closed 1002 a text message is not UTF-8']);
  });

  test('by the server reads on, to the answer, though it was not to read', async () => {
    const { socket, connection, told, settled } = accepted();
    connection.setReading(false);
    socket.push(Buffer.concat([text('unheard'), close(1001)]));
    connection.close(1012, 'the server stops');
    await settled();
    expect(socket.frames).toEqual(['8 \u0003\u00f4the server stops']);
    expect(socket.writableEnded).toBe(true);
    socket.push(null);
    await settled();
    expect(told).toEqual(['closed 1001 ']);
  });

  test.each([
    ['that the server began', (connection: AcceptedConnection) => connection.close(1000, '')],
    [
      'of a peer that ended its side, and reads nothing',
      (_: AcceptedConnection, socket: FakeSocket) => void socket.push(null),
    ],
    [
      'of a peer that broke the protocol',
      (_: AcceptedConnection, socket: FakeSocket) => void socket.push(Buffer.of(0xff, 0xff)),
    ],
  ])('%s has its time', async (_, begin) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { socket, connection, told, settled } = accepted();
    socket.held = true;
    connection.writeFrames([Buffer.alloc(10)]); // which the peer does not read
    begin(connection, socket);
    await settled();
    vi.advanceTimersByTime(RULES.closingMs - 1);
    await settled();
    expect(socket.destroyed).toBe(false);
    vi.advanceTimersByTime(1);
    await settled();
    expect(socket.destroyed).toBe(true);
    expect(told.at(-1)).toMatch(/^closed /);
  });
});

describe('pings', () => {
  const pings = (count: number) => Buffer.concat(Array.from({ length: count }, (_, i) => ping(String(i))));

  test('are all answered while the peer takes the answers, a few at a time', async () => {
    const { socket, told, settled } = accepted();
    socket.push(pings(300));
    await settled();
    expect(socket.frames).toEqual(Array.from({ length: 300 }, (_, i) => `10 ${i}`));
    expect(told).toEqual(Array<string>(300).fill('heard'));
    expect(socket.calls).toBeLessThan(20);
  });

  test('whose pongs are not read are answered once, by that of the newest, when there is room', async () => {
    const { socket, told, settled } = accepted();
    socket.held = true;
    socket.push(pings(20_000));
    await settled();
    expect(told).toHaveLength(20_000);
    expect(socket.writableLength).toBeLessThan(MOST_UNSENT_BYTES);
    socket.letGo();
    await settled();
    expect(socket.frames.length).toBeLessThan(100);
    expect(socket.frames.at(-1)).toBe('10 19999');
  });

  test('are not answered once the connection is closing', async () => {
    const { socket, connection, settled } = accepted();
    connection.close(1000, '');
    socket.push(ping('late'));
    await settled();
    expect(socket.frames).toHaveLength(1);
  });

  test('that wait keep their own bytes alone', async () => {
    const { socket, settled } = accepted();
    socket.held = true;
    const chunk = Buffer.concat([pings(100), ping('old')]);
    socket.push(chunk);
    await settled();
    chunk.fill(0); // the memory may be used again
    socket.letGo();
    await settled();
    expect(socket.frames.at(-1)).toBe('10 old');
  });
});

test('reads nothing more while many answers wait, however short they are, and goes on when they are taken', async () => {
  const { socket, connection, told, settled } = accepted();
  socket.held = true;
  for (let i = 0; i < 256; i++) connection.sendText('');
  socket.push(Buffer.from(BYTES));
  await settled();
  expect([told, socket.isPaused()]).toEqual([[], true]);
  socket.letGo();
  await settled();
  expect(told).toEqual(MANY);
});

test('has unread what waits for its turn, and not what waits for its rest', async () => {
  const { socket, connection, settled } = accepted();
  socket.push(text('tide').subarray(0, 8));
  await new Promise(process.nextTick);
  expect(connection.hasUnread).toBe(true);
  await settled();
  expect(connection.hasUnread).toBe(false);
});
