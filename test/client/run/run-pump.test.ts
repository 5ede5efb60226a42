import { expect, test } from 'vitest';
import { type Carriage, type OpenListener, WEBSOCKET_LINK } from '../../../src/carriage/connection.ts';
import { RunPump } from '../../../src/client/run/run-pump.ts';
import { Host } from '../../../src/host/host.ts';
import type { Machine, Timer } from '../../../src/host/machine.ts';
import { MessageBatch } from '../../../src/measure/message-batch.ts';
import { encodeControl } from '../../../src/session/codec.ts';
import { Run } from '../../../src/session/run/run.ts';
import { STREAM, WELCOME } from '../../session/run/client-run.ts';

/** Longer than any time that a server has to answer, or to give a sign of life. */
const STORING_MS = 40_000;
const HEARTBEAT_MS = 15_000;

/** A machine whose clock is moved by hand. */
class HandMachine implements Machine {
  nowMs = 0;
  readonly #timers = new Map<Timer, { readonly atMs: number; readonly callback: () => void }>();

  monotonicMs(): number {
    return this.nowMs;
  }

  dateMs(): number {
    return this.nowMs;
  }

  soon(callback: () => void): void {
    this.startTimer(0, callback);
  }

  startTimer(afterMs: number, callback: () => void): Timer {
    const timer = {};
    this.#timers.set(timer, { atMs: this.nowMs + afterMs, callback });
    return timer;
  }

  stopTimer(timer: Timer): void {
    this.#timers.delete(timer);
  }

  /** Lets time pass, with all timers that are due meanwhile. */
  pass(ms: number): void {
    const endMs = this.nowMs + ms;
    for (;;) {
      const [next] = [...this.#timers].toSorted(([, a], [, b]) => a.atMs - b.atMs);
      if (next === undefined || next[1].atMs > endMs) break;
      const [timer, { atMs, callback }] = next;
      this.#timers.delete(timer);
      this.nowMs = Math.max(this.nowMs, atMs);
      callback();
    }
    this.nowMs = endMs;
  }
}

/** A run with blocks of three, each of which takes 40 s to store. What is done with its connection is kept. */
function slowlyStoredRun(settings: { count?: number; plain?: boolean; idleTimeoutMs?: number }) {
  const { plain = false } = settings;
  const machine = new HandMachine();
  const done: string[] = [];
  let listener: OpenListener | undefined;
  const carriage: Carriage = {
    link: WEBSOCKET_LINK,
    open: (_, opened) => {
      listener = opened;
      return {
        sendText: () => void done.push('receipt'),
        sendBytes: () => {},
        ping: () => void done.push('ping'),
        setReading: () => {},
        close: (code) => void done.push(`close ${code}`),
        terminate: () => void done.push('terminate'),
      };
    },
  };
  const run = new Run({
    ...{ client: 'alice', link: WEBSOCKET_LINK, live: false, blockSize: 3, resume: undefined },
    ...{ heartbeatMs: HEARTBEAT_MS, random: () => 0, listenOnly: plain, count: undefined },
    ...{ ...settings, plain },
  });
  const pump = new RunPump('alice', run, new Host(machine), carriage, {
    connected: () => {},
    block: () => {
      machine.nowMs += STORING_MS;
      return true;
    },
    ended: () => {},
  });
  pump.start();
  listener?.opened(!plain);
  const give = (...texts: (string | Uint8Array)[]) => {
    const payloads = texts.map((text) => (typeof text === 'string' ? new TextEncoder().encode(text) : text));
    listener?.messages(MessageBatch.ofAll(payloads, true));
  };
  if (!plain) give(encodeControl(WELCOME));
  /** That many messages come in one read. */
  const messages = (count: number) => give(...Array.from({ length: count }, (_, seq) => STREAM.message(seq)));
  return { machine, done, messages };
}

test('a server has all its time to answer the last receipt, however long its block took to store', () => {
  const { machine, done, messages } = slowlyStoredRun({ count: 3 });
  messages(3);
  machine.pass(9999);
  expect(done).not.toContain('terminate');
  machine.pass(1);
  expect(done).toContain('terminate');
});

test('a server is not taken for silent after blocks took long to store', () => {
  const { machine, done, messages } = slowlyStoredRun({});
  messages(7);
  machine.pass(2 * HEARTBEAT_MS - 1);
  expect(done).toEqual(['receipt', 'receipt', 'ping', 'ping']);
  machine.pass(1);
  expect(done).toContain('terminate');
});

test('a server is not taken for stalled after blocks took long to store', () => {
  const { machine, done, messages } = slowlyStoredRun({ idleTimeoutMs: 10_000 });
  messages(7);
  machine.pass(9999);
  expect(done).toEqual(['receipt', 'receipt', 'ping']);
  machine.pass(1);
  expect(done).toEqual(['receipt', 'receipt', 'ping', 'receipt']); // of the open block, since the run ends
});

test('the connection is closed in order after the last block took long to store', () => {
  const { machine, done, messages } = slowlyStoredRun({ count: 3, plain: true });
  messages(3);
  machine.pass(999);
  expect(done).toEqual(['close 1000']);
  machine.pass(1);
  expect(done).toEqual(['close 1000', 'terminate']);
});
