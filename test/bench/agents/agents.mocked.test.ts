import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Agent, type AgentEvent, type AgentSettings } from '../../../src/bench/agents/agent.ts';
import type { AgentBus } from '../../../src/bench/agents/agent-bus.ts';
import { AgentProcesses } from '../../../src/bench/agents/agent-processes.ts';
import type { StartProcess } from '../../../src/bench/agents/agent-session.ts';
import { AllowedTargets } from '../../../src/bench/agents/allowed-targets.ts';
import { MeasuringProcesses } from '../../../src/bench/measuring-processes.ts';
import type { PlannedRun } from '../../../src/bench/plan.ts';
import { wallMs } from '../../../src/bench/process/bench-clock.ts';
import { BlockRecorder } from '../../../src/bench/process/block-recorder.ts';
import type { ClientAnswer, ClientJob, ClientResult } from '../../../src/bench/process/job.ts';
import type { Settings } from '../../../src/run-file/record/run-record.ts';
import { openStream } from '../../../src/stream/stream.ts';
import { runWithAgents } from '../../analysis/run-with-agents.ts';
import { MemoryBus } from './memory-bus.ts';

// `Date` is real: the wall clock is read until it ticks.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const URL_HERE = 'ws://127.0.0.1:8000';
const STREAM = openStream('users?seed=1');

/** A process of clients that takes all its time from a table: warm at once, and a result when it is told to stop. */
class VirtualProcess {
  readonly jobs: ClientJob[] = [];
  readonly orders: object[] = [];
  isEnded = false;
  readonly #answer: (answer: ClientAnswer) => void;
  readonly ended: (how: string) => void;

  constructor(...[{ answered, ended }]: Parameters<StartProcess>) {
    this.#answer = answered;
    this.ended = ended;
    setTimeout(() => this.#answer({ type: 'ready' }), 5);
  }

  send(order: Parameters<ReturnType<StartProcess>['send']>[0]): void {
    if (order.type === 'beat') return;
    this.orders.push(order);
    if (order.type === 'begin') {
      this.jobs.push(order.job);
      this.#answer({ type: 'warm' });
    }
    if (order.type === 'stop')
      this.#answer({ type: 'result', result: resultOf(this.jobs.at(-1) as ClientJob) });
  }

  end(): void {
    this.isEnded = true;
  }
}

function resultOf({ clients }: ClientJob): ClientResult {
  const recorder = new BlockRecorder(10, () => 0);
  const counts = { lost: 0, repeated: 0, reordered: 0, corrupt: 0, resumes: 0 };
  return {
    clients: clients.map((client) => ({
      ...{ client, measuredMessages: 100, measuredBytes: 1000, measuredBlocks: 20, windowMs: 1000 },
      ...{ messages: 110, ...counts, proved: true, provable: true, error: null },
    })),
    blocks: recorder.blocks(),
    quantities: recorder.quantities(),
    outages: [],
    samples: [],
    clockErrorMs: null,
    fromMs: null,
  };
}

class VirtualAgent {
  readonly processes: VirtualProcess[] = [];
  readonly events: AgentEvent[] = [];
  readonly bus: ReturnType<MemoryBus['end']>;
  readonly agent: Agent;

  constructor(memory: MemoryBus, name: string, given: Partial<AgentSettings> = {}) {
    this.bus = memory.end();
    this.agent = new Agent({
      ...{ bus: this.bus, name, processes: 1, targets: new AllowedTargets(undefined) },
      tell: (event) => this.events.push(event),
      start: (hooks) => {
        const process = new VirtualProcess(hooks);
        this.processes.push(process);
        return process;
      },
      ...given,
    });
  }

  get last(): AgentEvent | undefined {
    return this.events.at(-1);
  }

  get jobs(): readonly ClientJob[] {
    return this.processes.flatMap(({ jobs }) => jobs);
  }
}

function sourceOn(
  bus: AgentBus,
  count: number,
  given: Partial<ConstructorParameters<typeof AgentProcesses>[0]> = {},
) {
  return new AgentProcesses({
    ...{ bus, count, timeoutMs: 5000, url: URL_HERE, unfit: () => undefined, signal: undefined },
    streams: [{ name: STREAM.name, id: STREAM.id }],
    ...given,
  });
}

/** What comes of a promise, in virtual time. */
async function settled<T>(promise: Promise<T>): Promise<T> {
  let isSettled = false;
  const both = promise.finally(() => {
    isSettled = true;
  });
  both.catch(() => {});
  for (let turn = 0; turn < 2000 && !isSettled; turn++) await vi.advanceTimersByTimeAsync(50);
  expect(isSettled).toBe(true);
  return both;
}

const PLANNED: PlannedRun = {
  ...{ run: 3, block: 5, clients: 3, stream: STREAM.name, rate: 100, repeat: 1 },
  windowMs: 1000,
  expectedMs: 1500,
};

async function benchOn(source: AgentProcesses): Promise<MeasuringProcesses> {
  const settings: Settings = { ...runWithAgents().header.settings, url: URL_HERE };
  const processes = new MeasuringProcesses({
    ...{ settings, startedMs: wallMs(), accessToken: undefined, userInfo: undefined, plainUrl: null },
    ...{ ca: undefined, sample: 100, source, signal: undefined },
  });
  await settled(processes.start());
  return processes;
}

describe('a bench and its agents', () => {
  test('find each other, share the clients by processes, and part', async () => {
    const memory = new MemoryBus();
    const [a, b] = [new VirtualAgent(memory, 'a', { processes: 2 }), new VirtualAgent(memory, 'b')];
    const source = sourceOn(memory.end(), 2);
    const bench = await benchOn(source);
    const outcome = await settled(bench.measure({ ...PLANNED, clients: 7 }));
    const records = outcome !== undefined && 'records' in outcome ? outcome.records : [];
    expect(records.filter(({ record }) => record === 'share')).toMatchObject([
      { agent: 'a', clients: [1, 3, 4, 6, 7] },
      { agent: 'b', clients: [2, 5] },
    ]);
    expect(records.at(-1)).toMatchObject({ record: 'cell', proved: true, valid: true, clients: 7 });
    expect(a.events).toContainEqual(
      expect.objectContaining({ event: 'measured', run: 3, clients: 5, messages: 550 }),
    );
    bench.end();
    await vi.advanceTimersByTimeAsync(0);
    for (const each of [a, b]) expect(each.last).toMatchObject({ event: 'waiting' });
    expect([...a.processes, ...b.processes].every(({ isEnded }) => isEnded)).toBe(true);
  });

  test('begin and end at one time, which each is told by its own clock', async () => {
    const memory = new MemoryBus();
    const [a, b] = [
      new VirtualAgent(memory, 'a'),
      new VirtualAgent(memory, 'b', { clock: () => wallMs() + 3000 }),
    ];
    const bench = await benchOn(sourceOn(memory.end(), 2));
    const outcome = await settled(bench.measure(PLANNED));
    const shares = (outcome !== undefined && 'records' in outcome ? outcome.records : []).filter(
      (record) => record.record === 'share',
    );
    const [ofA, ofB] = shares;
    expect(Math.abs((ofB?.clock_offset_ms ?? 0) - 3000)).toBeLessThanOrEqual((ofB?.clock_error_ms ?? 0) + 2);
    expect(Math.abs(ofA?.clock_offset_ms ?? 9)).toBeLessThanOrEqual((ofA?.clock_error_ms ?? 0) + 2);
    const [startedA = 0, startedB = 0] = [a.jobs[0]?.startedMs, b.jobs[0]?.startedMs];
    expect(startedB - startedA).toBeCloseTo((ofB?.clock_offset_ms ?? 0) - (ofA?.clock_offset_ms ?? 0), 3);
    const times = [a, b].map(({ processes: [process] }) =>
      process?.orders.slice(1).map((order) => (order as { atMs: number }).atMs),
    );
    expect(times[0]).toEqual(times[1]);
    const [from = 0, to = 0] = times[0] ?? [];
    expect(to - from).toBeCloseTo(1000, 6);
  });

  test('an agent that falls silent is lost: the measurement is dropped, and made by the others', async () => {
    const memory = new MemoryBus();
    const [a, b] = [new VirtualAgent(memory, 'a'), new VirtualAgent(memory, 'b')];
    const bench = await benchOn(sourceOn(memory.end(), 2));
    const measuring = bench.measure(PLANNED);
    await vi.advanceTimersByTimeAsync(600);
    b.bus.isCut = true;
    expect(await settled(measuring)).toEqual({
      lost: [{ agent: 'b', reason: 'no sign of life for 8 s' }],
    });
    // By itself it has ended what it was doing, too.
    expect(b.last).toMatchObject({ event: 'waiting' });
    expect(b.processes[0]?.isEnded).toBe(true);
    const again = await settled(bench.measure(PLANNED, 2));
    const cell = again !== undefined && 'records' in again ? again.records.at(-1) : undefined;
    expect(cell).toMatchObject({ record: 'cell', proved: true, clients: 3 });
    expect(a.jobs.map(({ attempt, clients }) => [attempt, clients])).toEqual([
      [1, [1, 3]],
      [2, [1, 2, 3]],
    ]);
  });

  test('one message that is lost ends it as well, and nothing waits for ever', async () => {
    const memory = new MemoryBus();
    const [, b] = [new VirtualAgent(memory, 'a'), new VirtualAgent(memory, 'b')];
    const bench = await benchOn(sourceOn(memory.end(), 2));
    const publish = b.bus.publish.bind(b.bus);
    b.bus.publish = (subject, bytes) => {
      // Its result.
      if (!Buffer.from(bytes).includes('"type":"result"')) publish(subject, bytes);
    };
    const outcome = await settled(bench.measure(PLANNED));
    expect(outcome).toMatchObject({ lost: [{ agent: 'b', reason: /^a message was lost: packet/ }] });
    expect(b.last).toMatchObject({ event: 'waiting' });
  });

  test('when the last agent is lost, that is what is told', async () => {
    const memory = new MemoryBus();
    const b = new VirtualAgent(memory, 'b');
    const bench = await benchOn(sourceOn(memory.end(), 1));
    const measuring = bench.measure(PLANNED);
    await vi.advanceTimersByTimeAsync(600);
    b.processes[0]?.ended('ended with SIGKILL');
    const reason = 'a process of clients ended with SIGKILL';
    expect(await settled(measuring)).toEqual({ lost: [{ agent: 'b', reason }] });
    await expect(settled(bench.measure(PLANNED, 2))).rejects.toThrow(
      `no agent is left: b was lost: ${reason}`,
    );
  });

  test('an agent whose bench has vanished ends its clients, and waits again', async () => {
    const memory = new MemoryBus();
    const a = new VirtualAgent(memory, 'a');
    const bus = memory.end();
    const bench = await benchOn(sourceOn(bus, 1));
    void bench.measure(PLANNED);
    await vi.advanceTimersByTimeAsync(600);
    bus.isCut = true;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(a.events.slice(-2)).toMatchObject([
      { event: 'released', reason: 'no sign of life for 8 s' },
      { event: 'waiting', name: 'a' },
    ]);
    expect(a.processes[0]?.isEnded).toBe(true);
  });
});

describe('an agent is not used', () => {
  const told = async (source: AgentProcesses) => {
    const error: unknown = await settled(source.start()).catch((reason: unknown) => reason);
    return (error as Error).message;
  };

  test('by two benches at once: the second is told who has it', async () => {
    const memory = new MemoryBus();
    new VirtualAgent(memory, 'a');
    await settled(sourceOn(memory.end(), 1).start());
    expect(await told(sourceOn(memory.end(), 1))).toMatch(
      /^none of 1 agent came within 5 s; a: it is taken by .+:\d+$/,
    );
  });

  test('by two that ask at one moment: one of them has it', async () => {
    const memory = new MemoryBus();
    const a = new VirtualAgent(memory, 'a');
    const sources = [sourceOn(memory.end(), 1), sourceOn(memory.end(), 1)];
    const outcomes = await settled(Promise.allSettled(sources.map((source) => source.start())));
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(a.events.filter(({ event }) => event === 'taken')).toHaveLength(1);
    expect(a.processes).toHaveLength(1);
  });

  test('of another version', async () => {
    const memory = new MemoryBus();
    new VirtualAgent(memory, 'a', { tidemark: '0.0.1' });
    new VirtualAgent(memory, 'b');
    expect(await told(sourceOn(memory.end(), 2))).toMatch(
      /^1 of 2 agents came within 5 s \(b\); a: it is tidemark 0\.0\.1, this is /,
    );
  });

  test('that makes another stream, or may not go to the server', async () => {
    const memory = new MemoryBus();
    const a = new VirtualAgent(memory, 'a');
    const other = { streams: [{ name: STREAM.name, id: '0000000000000000' }] };
    expect(await told(sourceOn(memory.end(), 1, other))).toMatch(
      /a: it makes another users\?seed=1: its id is/,
    );
    expect(await told(sourceOn(memory.end(), 1, { url: 'ws://192.0.2.1:8000' }))).toMatch(
      /a: its operator lets it send clients to its own machine alone, not to 192\.0\.2\.1:8000/,
    );
    expect(a.events.filter(({ event }) => event === 'refused')).toHaveLength(2);
    expect(a.processes).toHaveLength(0);
  });

  test('that has the name of another', async () => {
    const memory = new MemoryBus();
    new VirtualAgent(memory, 'a');
    new VirtualAgent(memory, 'a');
    expect(await told(sourceOn(memory.end(), 2))).toMatch(
      /^1 of 2 agents .*\(a\); a: another agent has its name$/,
    );
  });

  test('for a server that it was not taken for, whatever the bench says later', async () => {
    const memory = new MemoryBus();
    const a = new VirtualAgent(memory, 'a');
    const source = sourceOn(memory.end(), 1);
    await settled(source.start());
    const [process] = source.processes;
    const job = {
      run: 0,
      attempt: 1,
      url: 'ws://192.0.2.1:8000/users',
      plain: false,
      clients: [1],
      blockSize: 1,
    };
    const more = {
      omit: 0,
      count: undefined,
      sample: 1,
      startedMs: 0,
      accessToken: undefined,
      ca: undefined,
    };
    process?.send({ type: 'begin', job: { ...job, ...more } });
    await vi.advanceTimersByTimeAsync(0);
    expect(a.jobs).toEqual([]);
    expect(a.last).toMatchObject({ event: 'waiting' });
  });
});
