import { describe, expect, test } from 'vitest';
import { SequenceTally } from '../../../src/measure/sequence-tally.ts';
import { at } from '../at.ts';
import { ClientRun, only, RETRY_MS, typesOf } from './client-run.ts';

/** A run that was welcomed, and whose connection broke at 10 ms. */
const broken = (settings: ConstructorParameters<typeof ClientRun>[0] = {}) => {
  const run = new ClientRun(settings).begin();
  run.closed(10, 1006);
  run.wake(10 + RETRY_MS);
  return run;
};
const retryMs = (outputs: ReturnType<ClientRun['failed']>) => only(outputs, 'disconnected')[0]?.retryMs;

test('a connection that ends may say how long to wait, and the back-off comes on top of it', () => {
  const waits = [undefined, 30_000, 10 * 3_600_000].map((asked) => {
    const outputs = new ClientRun().begin().session.closed(1006, '', at(10), false, asked);
    return retryMs(outputs) ?? Number.NaN;
  });
  expect(waits).toEqual([RETRY_MS, 30_000 + RETRY_MS, 900_000 + RETRY_MS]);
});

describe('an answer to the handshake once the run was welcomed', () => {
  test.each([301, 401, 403, 404, 429, 460, 499, 501, 503, 520, 521, 527, 530])(
    'HTTP %i: it comes back',
    (status) => {
      expect(typesOf(broken().failed(200, status, `HTTP ${status}`))).toEqual(['disconnected']);
    },
  );

  test('4409: it waits for its name', () => {
    const run = broken();
    run.opened(200);
    expect(typesOf(run.closed(201, 4409, 'name in use'))).toEqual(['disconnected']);
  });

  test('the same of a run that goes on from its log', () => {
    const seqs = { firstSeq: 0, nextSeq: 3, messages: 3, tally: new SequenceTally(3) };
    const soFar = { nextBlock: 2, verifiedThrough: 1, unanswered: [], resumes: 0, corrupt: 0, foreign: 0 };
    const run = new ClientRun({ resume: { streamId: undefined, stream: undefined, ...seqs, ...soFar } });
    run.start(0);
    expect(typesOf(run.failed(1, 404, 'HTTP 404'))).toEqual(['disconnected']);
    run.wake(1 + RETRY_MS);
    run.opened(200);
    expect(typesOf(run.closed(201, 4409))).toEqual(['disconnected']);
  });
});

describe('how long the server asks to wait', () => {
  test('comes before the wait of its own', () => {
    expect(retryMs(broken().failed(200, 503, 'later', { retryAfterMs: 3000 }))).toBe(3000 + RETRY_MS);
  });

  test('is not followed for more than a quarter of an hour', () => {
    expect(retryMs(broken().failed(200, 429, 'later', { retryAfterMs: 1e9 }))).toBe(900_000 + RETRY_MS);
  });

  test('ends where the run gives up, and not before', () => {
    const run = new ClientRun({ giveUpMs: 2000 });
    run.start(0);
    run.failed(1, 429, 'HTTP 429', { retryAfterMs: 60_000 });
    expect(run.session.wakeMs()).toBe(2000);
    run.wake(2000);
    expect(run.verdict).toMatchObject({ verdict: 'failed', error: 'no connection for 2 s: HTTP 429' });
  });
});

describe('a first attempt', () => {
  const attempt = (cause: 'name' | 'scheme' | 'certificate', settings = {}) => {
    const run = new ClientRun(settings);
    run.start(0);
    return { run, types: typesOf(run.failed(1, undefined, 'a reason', { cause })) };
  };

  test.each(['name', 'scheme'] as const)('that fails by %s ends the run, unless it is to wait', (cause) => {
    const { run, types } = attempt(cause);
    expect(types).toEqual(['end', 'closed']);
    expect(run.verdict).toMatchObject({ verdict: 'failed', integrity: false });
    expect(run.verdict?.error).toBe('a reason; not tried again'); // bench has no --wait
    expect(run.verdict?.advice).toBe('wait');
    expect(attempt(cause, { wait: true }).types).toEqual(['disconnected']);
  });

  test('that finds a certificate which is not trusted ends the run in any case', () => {
    const { run, types } = attempt('certificate', { wait: true });
    expect(types).toEqual(['end', 'closed']);
    expect(run.verdict?.error).toBe(
      "the server's certificate is not trusted: a reason; the option ca says whom to trust",
    );
    expect(run.verdict?.advice).toBe('ca');
  });

  test('that is refused is made again: a client may start before its server', () => {
    const run = new ClientRun();
    run.start(0);
    expect(typesOf(run.failed(1, undefined, 'connect ECONNREFUSED'))).toEqual(['disconnected']);
  });

  test.each(['name', 'scheme', 'certificate'] as const)('by %s after a connection is an outage', (cause) => {
    expect(typesOf(broken().failed(200, undefined, 'a reason', { cause }))).toEqual(['disconnected']);
  });
});

describe('what this end closes', () => {
  test('a message that is too large ends the run, as a failure of what came', () => {
    const run = new ClientRun().begin();
    run.data(5, 0);
    expect(typesOf(run.closed(10, 1009, 'a message is larger than 10 bytes', true))).toEqual([
      'end',
      'closed',
    ]);
    expect(run.verdict).toMatchObject({
      error: 'a message is larger than 10 bytes (close code 1009)',
      integrity: true,
    });
  });

  test.each([1002, 1007])('%i behind messages is damage on the way: it comes back', (code) => {
    const run = new ClientRun().begin();
    run.data(5, 0);
    expect(typesOf(run.closed(10, code, 'broken', true))).toEqual(['disconnected']);
  });
});

test('finds out if a server that hangs up speaks TLS until one has taken the run', () => {
  const run = new ClientRun();
  const probes = () => run.outputs.flatMap((output) => (output.type === 'open' ? [output.first] : []));
  run.start(0);
  run.failed(1, undefined, 'read ECONNRESET');
  run.wake(1000);
  run.opened(1001);
  run.welcome(1002);
  run.closed(5000, 1006);
  run.wake(10_000);
  expect(probes()).toEqual([true, true, false]);
});

describe('of several servers', () => {
  const several = (settings: ConstructorParameters<typeof ClientRun>[0] = {}) =>
    new ClientRun({ addresses: 3, ...settings });
  const waits = (
    run: ClientRun,
    count: number,
    fail: (ms: number) => ReturnType<ClientRun['failed']>,
    fromMs = 1,
  ) => {
    const all: (number | undefined)[] = [];
    for (let i = 0, ms = fromMs; i < count; i++) {
      const wait = retryMs(fail(ms));
      all.push(wait);
      ms += wait ?? 0;
      run.wake(ms);
    }
    return all;
  };

  test('the next one is tried at once, and the run waits when each has been tried', () => {
    const run = several();
    run.start(0);
    expect(waits(run, 7, (ms) => run.failed(ms, undefined, 'refused'))).toEqual([
      ...[0, 0, RETRY_MS, 0, 0, RETRY_MS, 0],
    ]);
  });

  test('one that was lost after it lasted is followed by all others at once', () => {
    const run = several().begin();
    const outputs = run.closed(10_000, 1006);
    expect(retryMs(outputs)).toBe(0);
    run.wake(10_000);
    expect(waits(run, 3, (ms) => run.failed(ms, undefined, 'refused'), 10_000)).toEqual([0, RETRY_MS, 0]);
  });

  test('those that accept, and close at once, are not stormed', () => {
    const run = several();
    run.start(0);
    const accepted = (ms: number) => {
      run.opened(ms);
      run.welcome(ms);
      return run.closed(ms, 1013, 'full');
    };
    expect(waits(run, 6, accepted)).toEqual([0, 0, RETRY_MS, 0, 0, RETRY_MS]);
  });

  test('one that says when to come back is left alone for so long, and the others are not', () => {
    const run = several();
    run.start(0);
    let asked = 30_000;
    const all = waits(run, 3, (ms) => {
      const outputs = run.failed(ms, 503, 'later', { retryAfterMs: asked });
      asked = 0;
      return outputs;
    });
    expect(all).toEqual([0, 0, 30_000 + RETRY_MS]);
  });

  test('a host that is not there is no end while another has not been tried', () => {
    const run = several();
    run.start(0);
    const failed = (ms: number) => run.failed(ms, undefined, 'no such host', { cause: 'name' });
    expect(typesOf(failed(1))).toEqual(['disconnected']);
    run.wake(1);
    expect(typesOf(failed(1))).toEqual(['disconnected']);
    run.wake(1);
    expect(typesOf(failed(1))).toContain('end');
  });

  test('a refusal that is final at one is final', () => {
    const run = several();
    run.start(0);
    expect(typesOf(run.failed(1, 400, 'rate must be …'))).toContain('end');
  });

  test('with --once each is tried for the one connection', () => {
    const run = several({ once: true });
    run.start(0);
    expect(typesOf(run.failed(1, undefined, 'refused'))).toEqual(['disconnected']);
    run.wake(1);
    run.opened(2);
    run.welcome(2);
    expect(typesOf(run.closed(3, 1006))).toContain('end');
  });
});
