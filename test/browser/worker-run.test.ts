import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connect } from '../../src/browser/browser.ts';
import type { PageMessage, WorkerMessage } from '../../src/browser/worker-message.ts';
import type { RunOptions } from '../../src/client/run/run-options.ts';
import type { Block } from '../../src/measure/finished-block.ts';
import type { Verdict } from '../../src/measure/verdict.ts';

class FakeWorker {
  static last: FakeWorker | undefined;
  onmessage: ((event: { data: WorkerMessage }) => void) | null = null;
  onerror: ((event: { message?: string; preventDefault(): void }) => void) | null = null;
  readonly said: PageMessage[] = [];
  terminated = false;

  readonly url: URL;

  constructor(url: URL) {
    this.url = url;
    FakeWorker.last = this;
  }

  postMessage(message: PageMessage): void {
    this.said.push(structuredClone(message)); // as a browser does, which refuses a function
  }

  terminate(): void {
    this.terminated = true;
  }

  say(data: WorkerMessage): void {
    this.onmessage?.({ data });
  }
}

const platform = globalThis as { Worker?: unknown };
const before = platform.Worker;
beforeEach(() => {
  platform.Worker = FakeWorker;
});
afterEach(() => {
  platform.Worker = before;
});

function began(options: RunOptions = {}) {
  const events: unknown[] = [];
  const run = connect('ws://127.0.0.1:8000/users', {
    client: 'page',
    verify: 'local',
    onEvent: (event) => events.push(event),
    ...options,
  }).start();
  const worker = FakeWorker.last as FakeWorker;
  return { run, worker, events };
}

const BLOCK = { block: 1, messages: [] } as unknown as Block;
const VERDICT = { verdict: 'proved' } as Verdict;

describe('a run in a worker', () => {
  test('is begun with what can be sent there', () => {
    const { worker } = began({ block: 7, onBlock: () => {}, signal: new AbortController().signal });
    expect(worker.url.pathname).toMatch(/\/local-worker\.js$/);
    expect(worker.said).toEqual([
      {
        type: 'start',
        url: 'ws://127.0.0.1:8000/users',
        options: { client: 'page', verify: 'local', block: 7 },
        arrivals: false,
      },
    ]);
  });

  test('hands over blocks and events, says that it has taken them, and ends with the verdict', async () => {
    const blocks: Block[] = [];
    const { run, worker, events } = began({ onBlock: (block) => blocks.push(block) });
    worker.say({ type: 'event', event: { event: 'opened', client: 'page' } });
    worker.say({ type: 'block', block: BLOCK });
    expect(events).toEqual([{ event: 'opened', client: 'page' }]);
    expect(blocks).toEqual([BLOCK]);
    expect(worker.said.at(-1)).toEqual({ type: 'taken' });
    worker.say({ type: 'closed', verdict: VERDICT });
    expect(await run.closed).toBe(VERDICT);
    expect(worker.terminated).toBe(true);
  });

  test('hands over messages as they arrive', () => {
    const counts: number[] = [];
    const { worker } = began({ onMessages: ({ count }) => counts.push(count) });
    expect(worker.said[0]).toMatchObject({ type: 'start', arrivals: true });
    worker.say({ type: 'arrival', firstSeq: 3, messages: [] });
    expect(counts).toEqual([0]);
    expect(worker.said.at(-1)).toEqual({ type: 'taken' });
  });

  test('is held while its blocks are not taken from the iteration', async () => {
    const run = connect('ws://127.0.0.1:8000/users', { verify: 'local' });
    const iterator = run[Symbol.asyncIterator]();
    const worker = FakeWorker.last as FakeWorker;
    for (let block = 0; block < 16; block++) worker.say({ type: 'block', block: BLOCK });
    expect(worker.said.at(-2)).toEqual({ type: 'taken' });
    expect(worker.said.at(-1)).toEqual({ type: 'hold', hold: true });
    for (let block = 0; block < 12; block++) await iterator.next();
    expect(worker.said.at(-1)).toEqual({ type: 'hold', hold: false });
  });

  test.each([
    { says: 'there is no such stream', by: 'the worker' },
    { says: 'it could not be loaded', by: 'the browser' },
  ])('that can not begin fails with what $by says', async ({ says, by }) => {
    const { run, worker, events } = began();
    if (by === 'the worker') worker.say({ type: 'refused', error: says });
    else worker.onerror?.({ preventDefault: () => {} });
    const { verdict, error } = await run.closed;
    expect({ verdict, error }).toEqual({
      verdict: 'failed',
      error: `the worker that checks messages: ${says}`,
    });
    expect(events).toMatchObject([{ event: 'end', verdict: 'failed' }]);
    expect(worker.terminated).toBe(true);
  });

  test('can be left before it has begun', async () => {
    FakeWorker.last = undefined;
    const run = connect('ws://127.0.0.1:8000/users', { verify: 'local' });
    run.stop();
    expect(FakeWorker.last).toBeUndefined();
    expect((await run.closed).messages).toBe(0);
    expect(FakeWorker.last).toBeUndefined();
  });
});

test('what a page can not send is refused', () => {
  expect(() => connect('ws://ann:secret@h/users')).toThrow('url must be without user and password');
  expect(() => connect('ws://h/users', { plain: true, accessToken: 'abc' })).toThrow(
    'accessToken must be left out',
  );
});
