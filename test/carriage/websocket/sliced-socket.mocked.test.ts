import { Duplex } from 'node:stream';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { SlicedSocket } from '../../../src/carriage/websocket/sliced-socket.ts';
import { systemHost } from '../../../src/host/host.ts';
import { TurnAddress, TurnTaker } from '../../../src/host/turns.ts';
import { frame } from './frames.ts';

const MOST_UNSENT_BYTES = 1000;
const LIMITS = { mostUnsentBytes: MOST_UNSENT_BYTES, mostUnsentAnswers: 256, mostMessageBytes: 65_536 };
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** The socket below: what it is given to send waits until it is taken. */
class Below extends Duplex {
  readonly sent: Buffer[] = [];
  #taken: (() => void) | undefined;

  constructor() {
    super({ writableHighWaterMark: MOST_UNSENT_BYTES });
  }

  override _read(): void {}

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.sent.push(chunk);
    this.#taken = done;
  }

  takeAll(): void {
    const taken = this.#taken;
    this.#taken = undefined;
    taken?.();
  }
}

function sliced(head = Buffer.alloc(0)) {
  const below = new Below();
  const socket = new SlicedSocket(below, head, LIMITS, new TurnTaker(new TurnAddress()));
  const slices: Buffer[] = [];
  const ends: string[] = [];
  socket.on('data', (slice: Buffer) => slices.push(slice));
  for (const event of ['end', 'close', 'error'] as const) socket.on(event, () => ends.push(event));
  const settled = async () => {
    for (let i = 0; i < 30; i++) await turn();
  };
  return { below, socket, slices, ends, settled };
}

const BYTES = Buffer.from(Array.from({ length: 5000 }, (_, i) => i & 0xff));

test('hands over what was read behind the handshake and after it, in slices, in order', async () => {
  const { below, slices, ends, settled } = sliced(BYTES.subarray(0, 1500));
  below.push(BYTES.subarray(1500));
  below.push(null);
  await settled();
  expect(Buffer.concat(slices).equals(BYTES)).toBe(true);
  expect(Math.max(...slices.map(({ length }) => length))).toBe(1024);
  expect(ends).toEqual(['end']);
});

test.each([
  ['no time passes', 0, 5],
  ['each takes a millisecond', 1, 1],
])('hands over slices for a while before others have their turn: %s', async (_, stepMs, expected) => {
  let nowMs = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => {
    nowMs += stepMs;
    return nowMs;
  });
  onTestFinished(() => clock.mockRestore());
  const { below, socket, slices, settled } = sliced();
  let atTheirTurn = 0;
  const other = (): boolean => {
    atTheirTurn = slices.length;
    return false;
  };
  socket.once('data', () => systemHost.turns.add(other));
  below.push(BYTES);
  await settled();
  expect(Buffer.concat(slices).equals(BYTES)).toBe(true);
  expect(atTheirTurn).toBe(expected);
});

test('hands over nothing while too much waits to be sent, and goes on when it is taken', async () => {
  const { below, socket, slices, settled } = sliced();
  socket.write(Buffer.alloc(MOST_UNSENT_BYTES + 1));
  below.push(BYTES);
  await settled();
  expect(slices).toEqual([]);
  below.takeAll();
  await settled();
  expect(Buffer.concat(slices).equals(BYTES)).toBe(true);
});

test('stops within a slice when it is paused', async () => {
  const { below, socket, slices, settled } = sliced();
  socket.once('data', () => socket.pause());
  below.push(BYTES);
  await settled();
  expect(slices).toHaveLength(1);
  socket.resume();
  await settled();
  expect(Buffer.concat(slices).equals(BYTES)).toBe(true);
});

test('hands over what came before the connection broke, and then tells the error', async () => {
  const { below, slices, ends, settled } = sliced();
  below.push(BYTES);
  below.once('data', () => below.destroy(new Error('reset')));
  await settled();
  expect(Buffer.concat(slices).equals(BYTES)).toBe(true);
  expect(ends).toEqual(['error', 'close']);
});

test('is gone at once when it is paused as the connection breaks', async () => {
  const { below, socket, ends, settled } = sliced();
  socket.pause();
  below.push(BYTES);
  await settled();
  below.destroy();
  await settled();
  expect(ends).toEqual(['close']);
});

test('ends and drops the socket below', async () => {
  const { below, socket, settled } = sliced();
  socket.end(Buffer.from('bye'));
  await settled();
  expect([below.writableEnded, Buffer.concat(below.sent).toString()]).toEqual([true, 'bye']);
  socket.destroy();
  expect(below.destroyed).toBe(true);
});

describe('texts that are taken', () => {
  const MASK = Uint8Array.of(1, 2, 3, 4);
  const text = (content: string) => frame({ opcode: 1, payload: Buffer.from(content), mask: MASK });
  const ping = frame({ opcode: 9, payload: Buffer.from('ping'), mask: MASK });

  function taking() {
    const all = sliced();
    const told: string[] = [];
    all.socket.on('data', (slice: Buffer) =>
      told.push(slice.equals(ping) ? 'ping' : `${slice.length} bytes`),
    );
    all.socket.takeTexts({
      text: (payload) => void told.push(Buffer.from(payload).toString()),
      answersSent: () => void told.push('sent'),
    });
    return { ...all, told };
  }

  test('are not handed over, and come in their order among all else, in however many pieces', async () => {
    const sent = Buffer.concat([text('one'), text('two'), ping, text('three'), ping, ping, text('four')]);
    for (const step of [sent.length, 7, 1]) {
      const bytes = Buffer.from(sent); // which are unmasked where they lie
      const { below, socket, told, settled } = taking();
      const read: Buffer[] = [];
      socket.on('data', (slice: Buffer) => read.push(slice));
      for (let at = 0; at < bytes.length; at += step) {
        below.push(bytes.subarray(at, at + step));
        await settled();
      }
      expect(Buffer.concat(read)).toEqual(Buffer.concat([ping, ping, ping]));
      expect(told.filter((each) => !/ping|bytes/.test(each))).toEqual(['one', 'two', 'three', 'four']);
      if (step === bytes.length)
        expect(told).toEqual(['one', 'two', 'ping', 'three', 'ping', 'ping', 'four']);
    }
  });

  test('wait while it is paused, and come when it is not, though nothing was handed over', async () => {
    const { below, socket, told, settled } = taking();
    below.push(text('one'));
    await settled();
    socket.pause();
    below.push(text('two'));
    await settled();
    expect(told).toEqual(['one']);
    socket.resume();
    await settled();
    expect(told).toEqual(['one', 'two']);
  });

  test('do not overtake the error that a frame before them is', async () => {
    const { below, socket, told, settled } = taking();
    socket.on('data', () => process.nextTick(() => process.nextTick(() => told.push('error'))));
    below.push(Buffer.concat([text('one'), ping, text('two')]));
    await settled();
    expect(told).toEqual(['one', 'ping', 'error', 'two']);
  });

  test('are nobody’s if the rest of one never comes', async () => {
    const { below, told, ends, settled } = taking();
    below.push(text('one').subarray(0, 8));
    below.push(null);
    await settled();
    expect([told, ends]).toEqual([[], ['end']]);
  });
});

test('reads nothing more while many answers wait, however short they are, and goes on when they are taken', async () => {
  const { below, socket, slices, settled } = sliced();
  for (let i = 0; i < 256; i++) socket.write(Buffer.of(i));
  below.push(BYTES);
  await settled();
  expect([socket.unsentAnswers, slices]).toEqual([256, []]);
  for (let i = 0; i < 256; i++) below.takeAll();
  await settled();
  expect(socket.unsentAnswers).toBe(0);
  expect(Buffer.concat(slices).equals(BYTES)).toBe(true);
});

test('has unread what waits for its turn, and not what waits for its rest', async () => {
  const { below, socket, settled } = sliced();
  socket.takeTexts({ text: () => {}, answersSent: () => {} });
  const text = frame({ opcode: 1, payload: Buffer.from('tide'), mask: Uint8Array.of(1, 2, 3, 4) });
  below.once('data', () => expect(socket.hasUnread).toBe(true));
  below.push(text.subarray(0, 8));
  await settled();
  expect(socket.hasUnread).toBe(false);
});
