import { describe, expect, test } from 'vitest';
import { WEBSOCKET_LINK } from '../../../src/carriage/connection.ts';
import { decodeServerMessage } from '../../../src/session/codec.ts';
import type { ConversationOutput } from '../../../src/session/conversation/conversation.ts';
import { ServerSession } from '../../../src/session/conversation/server-session.ts';
import { LIMITS } from '../../../src/session/limits.ts';
import type { ServerMessage } from '../../../src/session/messages.ts';
import { parseStreamRequest } from '../../../src/session/stream-request.ts';
import { SegmentCache } from '../../../src/stream/segment/segment-cache.ts';
import { payloadsOf } from '../../simulation/frames.ts';
import { at } from '../at.ts';
import { ClientRun, only } from './client-run.ts';

/** Client's clock = server's clock + this. */
const APART_MS = 5000;

/** A real server session and a real client session, with so many milliseconds between them each way. */
class Pair {
  readonly client: ClientRun;
  readonly #server: ServerSession;
  readonly #thereMs: number;
  /** May change while nothing is on its way: what comes later would overtake. */
  backMs: number;
  /** What is on its way, by the server's clock. */
  readonly #way: { readonly atMs: number; readonly arrive: () => void }[] = [];
  #nowMs = 0;

  constructor(
    query: string,
    thereMs: number,
    backMs: number,
    settings: { blockSize?: number; timing?: boolean } = {},
  ) {
    this.#thereMs = thereMs;
    this.backMs = backMs;
    this.client = new ClientRun({ timing: true, ...settings });
    const request = parseStreamRequest(`/bytes?size=40&seed=7&${query}`, { seed: 1, ratePerSecond: 10 });
    const source = new SegmentCache(10_000_000).source(request.stream, 'websocket');
    const names = {
      client: 'alice',
      token: 'secret-1',
      plain: false,
      version: '1.2.3',
      link: WEBSOCKET_LINK,
    };
    this.#server = new ServerSession({ ...names, request, source, heartbeatMs: 60_000 }, at(0));
    this.client.start(APART_MS);
    this.client.opened(APART_MS);
    this.#fromServer(this.#server.conversation.start());
    this.#take();
  }

  /** Lets so much time go by, in steps of a millisecond. */
  run(ms: number): void {
    for (const endMs = this.#nowMs + ms; this.#nowMs < endMs; this.#nowMs++) {
      const due = this.#way.filter(({ atMs }) => atMs <= this.#nowMs);
      for (const each of due) {
        this.#way.splice(this.#way.indexOf(each), 1);
        each.arrive();
      }
      this.#take();
      if (this.client.session.wakeMs() <= this.#nowMs + APART_MS)
        this.#fromClient(this.client.wake(this.#nowMs + APART_MS));
    }
  }

  get timed() {
    return only(this.client.outputs, 'timed').map(({ timed }) => timed);
  }

  #take(): void {
    for (;;) {
      const taken = this.#server.take(at(this.#nowMs), LIMITS.turnBytes);
      if (taken === undefined) return;
      for (const payload of payloadsOf(taken.bytes)) {
        this.#later(this.backMs, () => {
          this.#fromClient(this.client.receive(this.#nowMs + APART_MS, payload));
        });
      }
    }
  }

  #fromServer(outputs: readonly ConversationOutput[]): void {
    for (const output of outputs) {
      if (output.type !== 'send') continue;
      const message = decodeServerMessage(output.text) as ServerMessage;
      this.#later(this.backMs, () => this.#fromClient(this.client.control(this.#nowMs + APART_MS, message)));
    }
  }

  #fromClient(outputs: ReturnType<ClientRun['wake']>): void {
    for (const { text } of only(outputs, 'send')) {
      this.#later(this.#thereMs, () => {
        this.#fromServer(
          this.#server.conversation.receive(new TextEncoder().encode(text), true, at(this.#nowMs)),
        );
        while (this.#server.conversation.hasWork) this.#fromServer(this.#server.conversation.work());
      });
    }
  }

  #later(ms: number, arrive: () => void): void {
    this.#way.push({ atMs: this.#nowMs + ms, arrive });
  }
}

describe('the latency of a block', () => {
  test('is its way, if the ways there and back are alike', () => {
    const pair = new Pair('rate=10', 20, 20);
    pair.run(3000);
    expect(pair.timed.length).toBeGreaterThan(5);
    for (const { block, ...timed } of pair.timed) {
      const { latencyMs, latencyFromSendMs, clockErrorMs } = timed;
      expect(latencyMs, `block ${block}`).toBeCloseTo(20, 1);
      // When the first block was sent nobody had asked for the time.
      if (block > 1 || latencyFromSendMs !== undefined) expect(latencyFromSendMs).toBeCloseTo(20, 1);
      expect(clockErrorMs).toBeCloseTo(20, 0);
    }
    expect(pair.timed.map(({ block }) => block)).toEqual(pair.timed.map((_, index) => index + 1));
  });

  test('is off by no more than the error that is told, if they are not', () => {
    const pair = new Pair('rate=10', 5, 65);
    pair.run(3000);
    expect(pair.timed.length).toBeGreaterThan(5);
    for (const { latencyMs, clockErrorMs } of pair.timed) {
      expect(clockErrorMs).toBeCloseTo(35, 0);
      expect(Math.abs((latencyMs ?? Number.NaN) - 65)).toBeLessThanOrEqual(clockErrorMs ?? 0);
    }
  });

  test('is counted from the message it was asked to begin with', () => {
    const pair = new Pair('rate=10&from=1000', 20, 20);
    pair.run(1500);
    expect(pair.timed.length).toBeGreaterThan(2);
    for (const { latencyMs } of pair.timed) expect(latencyMs).toBeCloseTo(20, 1);
  });

  test.each([
    ['below 0, if the clocks are off by so much', 0, -30],
    ['5 s, if it was as long on its way', 5000, 4970],
  ])('is not cut off: it is %s', (_, backMs, latencyMs) => {
    // The clocks are compared over a way back of 60 ms, and taken to be apart by half of that more than they are.
    const pair = new Pair('rate=10', 0, 60, { blockSize: 5 });
    pair.run(1090);
    pair.backMs = backMs;
    pair.run(2 * backMs + 325); // there, and back once more with the answer; the clocks are compared again after it
    const { latencyMs: told = Number.NaN, clockErrorMs = 0 } =
      pair.timed.find(({ block }) => block === 3) ?? {};
    expect(told).toBeCloseTo(latencyMs, -1);
    expect(Math.abs(told - backMs)).toBeLessThanOrEqual(clockErrorMs);
  });

  test('at full speed there is none from the due time', () => {
    const pair = new Pair('rate=max&count=3000', 10, 10, { blockSize: 100 });
    pair.run(200);
    expect(pair.timed).toHaveLength(30);
    expect(pair.timed.map(({ latencyMs }) => latencyMs)).toEqual(Array(30).fill(undefined));
  });

  test('is not told unless asked for, and the server is not asked for the time', () => {
    const pair = new Pair('rate=10', 1, 1, { timing: false });
    pair.run(2000);
    expect(pair.timed).toEqual([]);
    expect(only(pair.client.outputs, 'send').filter(({ text }) => text.includes('clock'))).toEqual([]);
  });

  test('asks eight times at first, and once a second from then on', () => {
    const pair = new Pair('rate=10', 10, 10);
    pair.run(500);
    const asked = () =>
      only(pair.client.outputs, 'send').filter(({ text }) => text.includes('clock_request'));
    expect(asked()).toHaveLength(8);
    pair.run(4000);
    expect(asked()).toHaveLength(12);
  });
});

test('a connection that is resumed compares the clocks anew', () => {
  const client = new ClientRun({ timing: true }).begin();
  const asked = () =>
    only(client.outputs, 'send').filter(({ text }) => text.includes('clock_request')).length;
  client.control(2, { type: 'clock', t1_ms: 0, t2_ms: 1001, t3_ms: 1001 });
  expect(asked()).toBe(2);
  client.data(3, 0, 1);
  client.comeBack(10, { from: 2, t0_ms: 900_000 });
  expect(asked()).toBe(3);
  client.data(200, 2);
  client.verified(201, 1);
  // Of the clock of the connection before nothing is known any more.
  expect(only(client.outputs, 'timed').map(({ timed }) => timed.clockErrorMs)).toEqual([undefined]);
});

describe('a server', () => {
  const request = parseStreamRequest('/bytes?size=40', { seed: 1, ratePerSecond: 10 });
  const source = new SegmentCache(10_000_000).source(request.stream, 'websocket');
  const settings = {
    client: 'alice',
    token: 'secret-1',
    plain: false,
    version: '1.2.3',
    link: WEBSOCKET_LINK,
    request,
    source,
  };
  const question = new TextEncoder().encode('\u001e{"type":"clock_request","t1_ms":7.5}');

  test('tells the time of its wall clock when the connection began, carried on by the other', () => {
    const session = new ServerSession(
      { ...settings, heartbeatMs: 60_000 },
      { wallMs: 1e12, monotonicMs: 50 },
    );
    const [answer] = session.conversation.receive(question, true, { wallMs: 9e12, monotonicMs: 80.25 });
    expect(decodeServerMessage((answer as { text: string }).text)).toEqual({
      type: 'clock',
      t1_ms: 7.5,
      t2_ms: 1e12 + 30.25,
      t3_ms: 1e12 + 30.25,
    });
  });

  test('answers so many questions a second, and ignores the others', () => {
    const session = new ServerSession({ ...settings, heartbeatMs: 60_000 }, at(0));
    const answers = (ms: number) =>
      Array.from({ length: 100 }, () => session.conversation.receive(question, true, at(ms))).flat().length;
    expect([answers(0), answers(999), answers(1000)]).toEqual([
      LIMITS.clockAnswersPerSecond,
      0,
      LIMITS.clockAnswersPerSecond,
    ]);
  });
});
