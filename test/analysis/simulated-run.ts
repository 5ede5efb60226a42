import { seededRandom } from '../../src/analysis/statistics/random.ts';
import type { Measurement, RunData } from '../../src/run-file/record/run-data.ts';
import type { RunFileRecord } from '../../src/run-file/record/run-record.ts';

export interface SimulatedSettings {
  readonly blocks: readonly number[];
  readonly clients: readonly number[];
  readonly repeat: number;
  readonly seed: number;
  readonly rate?: number | 'max';
  /** Fixed and per-message cost of a block of one client, in milliseconds. */
  readonly fixedMs?: number;
  readonly perMessageMs?: number;
  /** Relative standard deviation of a repeat, and of a block within it. */
  readonly betweenRepeats?: number;
  readonly withinRepeat?: number;
  readonly blocksEach?: number;
  /** How many blocks of up to so many messages come in one read: they have one time of arrival. */
  readonly bundled?: { readonly blocks: number; readonly upToMessages: number };
}

/** A run whose truth is known: block time = (fixed + per message · size) · clients, times noise with a mean of 1. */
export function simulatedRun(settings: SimulatedSettings): RunData {
  const { blocks, clients, repeat, seed, rate = 'max' } = settings;
  const { fixedMs = 0.05, perMessageMs = 0.002, blocksEach = 50 } = settings;
  const { betweenRepeats = 0.05, withinRepeat = 0.3 } = settings;
  const random = seededRandom(seed);
  const normal = () =>
    Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
  const noise = (sigma: number) => Math.exp(sigma * normal() - (sigma * sigma) / 2);
  const measurements: Measurement[] = [];
  for (let round = 1; round <= repeat; round++) {
    for (const n of clients) {
      for (const block of blocks) {
        const trueMs = rate === 'max' ? (fixedMs + perMessageMs * block) * n : (block * 1000) / rate;
        const repeatMs = trueMs * noise(rate === 'max' ? betweenRepeats : 0);
        const intervals = Array.from({ length: blocksEach }, () => repeatMs * noise(withinRepeat));
        const { bundled } = settings;
        const inRead = bundled !== undefined && block <= bundled.upToMessages ? bundled.blocks : 1;
        const facts = { block, n, round, rate, intervals: arrivals(intervals, inRead), inRead };
        measurements.push(measurement(measurements.length, facts));
      }
    }
  }
  const count = measurements.length;
  const end = { record: 'end', complete: true, cells: count, duration_ms: count * 1000 } as const;
  return { header: headerOf(settings), measurements, agents: [], losses: [], end };
}

/** What is left of intervals where reads bring several blocks: all of the time is in the first of them. */
function arrivals(intervals: readonly number[], inRead: number): number[] {
  return intervals.map((_, index) =>
    index % inRead === 0 ? intervals.slice(index, index + inRead).reduce((sum, each) => sum + each, 0) : 0,
  );
}

interface Facts {
  readonly inRead: number;
  readonly block: number;
  readonly n: number;
  readonly round: number;
  readonly rate: number | 'max';
  readonly intervals: readonly number[];
}

function measurement(run: number, { block, n, round, rate, intervals, inRead }: Facts): Measurement {
  const count = intervals.length;
  const perSecond = (block * 1000) / (intervals.reduce((sum, value) => sum + value, 0) / count);
  return {
    cell: {
      record: 'cell',
      run,
      block,
      clients: n,
      stream: 'users?seed=1',
      rate,
      repeat: round,
      from_ms: run * 1000,
      to_ms: run * 1000 + 900,
      valid: true,
      reasons: [],
      proved: true,
      provable: true,
      messages: count * block,
      lost: 0,
      repeated: 0,
      reordered: 0,
      corrupt: 0,
      resumes: 0,
      measured_blocks: count,
      measured_messages: count * block,
      measured_bytes: count * block * 280,
      client_msgs_per_s: Array.from({ length: n }, () => perSecond),
      msgs_per_s: perSecond * n,
      bytes_per_s: perSecond * n * 280,
      clock_error_ms: 0.1,
      server_messages: count * block,
      server_blocks: count,
    },
    blocks: {
      record: 'blocks',
      run,
      of: count,
      client: intervals.map((_, index) => 1 + (index % n)),
      block: intervals.map((_, index) => 1 + index),
      elapsed_ms: intervals.map((value) => (inRead > 1 ? 0 : value * 0.9)),
      interval_ms: intervals,
      latency_ms: intervals.map((value) => (rate === 'max' ? null : value / 100)),
      latency_from_send_ms: intervals.map((value) => value / 200),
    },
    histograms: {},
    samples: [
      {
        record: 'sample',
        run,
        role: 'client',
        agent: null,
        pid: 1000,
        at_ms: run * 1000 + 900,
        cpu_percent: 50,
        loop_lag_p99_ms: 1,
        loop_lag_max_ms: 2,
        gc_ms: 3,
        rss_bytes: 80_000_000,
        messages: Math.round(perSecond * n),
      },
    ],
    outages: run === 0 ? [{ record: 'outage', run, client: 1, at_ms: 500, outage_ms: 100 }] : [],
    shares: [],
  };
}

function headerOf({ blocks, clients, repeat, seed, rate = 'max' }: SimulatedSettings): RunData['header'] {
  return {
    record: 'run',
    format: 'tidemark.run.v1',
    started_at: '2026-01-02T03:04:05.678Z',
    tidemark: '0.1.0',
    commit: null,
    title: null,
    tags: { kind: 'simulated' },
    command: 'tidemark bench',
    machine: {
      node: 'v20.20.2',
      os: 'Linux 6',
      architecture: 'x64',
      cpu: 'A',
      cores: 2,
      memory_bytes: 2 ** 33,
    },
    settings: {
      url: null,
      plain: false,
      blocks,
      clients,
      streams: ['users?seed=1'],
      stream_ids: ['0123456789abcdef'],
      rates: [rate],
      repeat,
      duration_ms: 900,
      count: null,
      omit: 2,
      seed,
      client_processes: 1,
      agents: null,
      live_progress: false,
    },
  };
}

/** Its lines, as a run file has them. */
export function recordsOf({ header, agents, measurements, losses, end }: RunData): RunFileRecord[] {
  return [
    header,
    ...agents,
    ...measurements.flatMap(({ samples, outages, blocks, shares, cell }) => [
      ...losses.filter(({ run }) => run === cell.run),
      ...samples,
      ...outages,
      blocks,
      ...shares,
      cell,
    ]),
    ...(end === undefined ? [] : [end]),
  ];
}
