import type {
  Analysis,
  BlockTimeModel,
  Cell,
  Quantity,
  ReportedEstimate,
  ScalabilityModel,
} from '../../src/analysis/run/analysis.ts';

/**
 * Analyses as a bench makes them, with figures from formulas instead of measurements: blocks of 1 to 500 messages, 1
 * to 100 clients, at 10/s and at max; and the least that there can be, one cell.
 */
const BLOCKS = [1, 5, 20, 100, 500];
const CLIENTS = [1, 5, 20, 100];
const REPEATS = 5;
const DURATION_S = 5;
const STREAM = 'users?seed=7';

/** The median of a block's cost at max, alone. */
const FIXED_MS = 0.004;
const PER_MESSAGE_MS = 0.0021;
const CONTENTION = 0.42;
const COHERENCE = 0.0004;

const around = (value: number, share: number): ReportedEstimate => ({
  value,
  low: value * (1 - share),
  high: value * (1 + share),
});

/** A number from -1 to 1 that looks like chance and is the same each time. */
function wobble(seed: number): number {
  const x = Math.sin(seed * 12.9898 + 4.1414) * 43758.5453;
  return 2 * (x - Math.floor(x)) - 1;
}

function slowdown(clients: number): number {
  return 1 + CONTENTION * (clients - 1) + COHERENCE * clients * (clients - 1);
}

function spread(median: number, scale: number): { quantity: Quantity; quantiles: number[] } {
  const at = (p: number) => {
    const q = Math.min(Math.max(p, 0.001), 0.9995);
    return median * Math.exp(scale * Math.log(q / (1 - q)));
  };
  const quantiles = Array.from({ length: 201 }, (_, i) => at(i / 200));
  const mean = quantiles.reduce((sum, value) => sum + value, 0) / quantiles.length;
  const quantity = {
    p50: at(0.5),
    p90: at(0.9),
    p99: at(0.99),
    max: at(1),
    mean,
    ci_low: mean * (1 - scale / 2),
    ci_high: mean * (1 + scale / 2),
    ci_basis: 'repeats',
    p99_low: null,
    p99_high: null,
  } as const;
  return { quantity, quantiles };
}

function intervalMs(block: number, clients: number, rate: number | 'max'): number {
  if (rate !== 'max') return (block * 1000) / rate;
  const noise = 1 + 0.04 * wobble(block * 7 + clients);
  return (FIXED_MS + PER_MESSAGE_MS * block) * slowdown(clients) * noise;
}

function cell(block: number, clients: number, rate: number | 'max'): Cell {
  const paced = rate !== 'max';
  const expectedMs = intervalMs(block, clients, rate);
  // 500 messages at 10/s take 50 seconds: there is no whole block in 5.
  const blocks = Math.floor((DURATION_S * 1000) / expectedMs) * REPEATS * clients;
  const interval = spread(expectedMs, paced ? 0.004 : 0.06 + 0.03 * Math.log10(clients));
  // Small blocks come several in one read: then the time between their ends is 0.
  const together = paced ? 0 : Math.max(0, 0.7 - 0.15 * Math.log2(block));
  const quantiles = interval.quantiles.map((ms, i, all) => (i < together * (all.length - 1) ? 0 : ms));
  const elapsed = spread(expectedMs * (paced ? (block - 1) / block : 0.97), 0.07);
  const latency = spread(0.42 + 0.012 * clients, 0.25);
  const clientMsgsPerS = (block * 1000) / expectedMs;
  const msgsPerS = clientMsgsPerS * clients;
  const invalid = !paced && clients === 100 && block <= 5;
  return {
    block,
    clients,
    stream: STREAM,
    rate,
    repeats: REPEATS,
    valid: !invalid,
    reasons: invalid ? ['the server used 99 % of a core: it was the limit, not the block'] : [],
    proved: true,
    provable: true,
    blocks,
    messages: blocks * block,
    elapsed_ms: blocks > 0 && (!paced || block > 1) ? elapsed.quantity : null,
    interval_ms: blocks > 0 ? interval.quantity : null,
    latency_ms: paced && blocks > 0 ? latency.quantity : null,
    latency_from_send_ms: blocks > 0 ? spread(0.21 + 0.01 * clients, 0.3).quantity : null,
    clock_error_ms: 0.02,
    msgs_per_s: msgsPerS,
    msgs_per_s_low: msgsPerS * 0.97,
    msgs_per_s_high: msgsPerS * 1.03,
    bytes_per_s: msgsPerS * 268,
    fairness: {
      jain: paced ? 1 : 1 - 0.02 * Math.log10(clients) * (1 + 0.5 * wobble(block)),
      min_msgs_per_s: clientMsgsPerS * (paced ? 0.999 : 1 - 0.11 * Math.log10(clients)),
      max_msgs_per_s: clientMsgsPerS * (paced ? 1.001 : 1 + 0.14 * Math.log10(clients)),
    },
    resumes: !paced && block === 20 && clients === 5 ? 1 : 0,
    tool: {
      server_cpu_percent: invalid ? 99.2 : paced ? 3 + clients * 0.2 : 71.4,
      client_cpu_percent: paced ? 2.5 : 83.1,
      server_loop_lag_ms: invalid ? 41.7 : 2.1,
      client_loop_lag_ms: 3.4,
      server_rss_bytes: 92_340_224,
    },
    agents: [],
    interval_quantiles:
      blocks > 0 ? quantiles.map((ms, i) => ({ probability: i / (quantiles.length - 1), ms })) : [],
  };
}

function blockTimeModel(clients: number | null, rate: number | 'max'): BlockTimeModel {
  const sizes = rate === 'max' ? BLOCKS : BLOCKS.filter((block) => block < 100);
  if (clients === null && rate === 'max') {
    return {
      stream: STREAM,
      rate,
      clients,
      fit: {
        refused:
          'the time of a message differs by more than 20 % between numbers of clients: one line would hide it',
      },
    };
  }
  const factor = rate === 'max' ? slowdown(clients ?? 1) : 1;
  const fixed = rate === 'max' ? FIXED_MS * factor : 0.01;
  const perMessage = rate === 'max' ? PER_MESSAGE_MS * factor : 1000 / rate;
  return {
    stream: STREAM,
    rate,
    clients,
    fit: {
      fixed_ms: around(fixed, 0.09),
      per_message_ms: around(perMessage, 0.02),
      relative_error: 0.021,
      points: sizes.map((block) => ({
        block,
        measured_ms: intervalMs(block, clients ?? 1, rate),
        fitted_ms: fixed + perMessage * block,
      })),
    },
  };
}

function scalabilityModel(block: number, rate: number | 'max'): ScalabilityModel {
  const model = { stream: STREAM, rate, block };
  if (rate !== 'max') {
    return {
      ...model,
      fit: { refused: 'throughput is set by the rate, not by the server' },
      knee_clients: null,
    };
  }
  const alone = (block * 1000) / (FIXED_MS + PER_MESSAGE_MS * block);
  const at = (clients: number) => (clients * alone) / slowdown(clients);
  const peakClients = Math.sqrt((1 - CONTENTION) / COHERENCE);
  return {
    ...model,
    fit: {
      one_client_msgs_per_s: around(alone, 0.03),
      contention: around(CONTENTION, 0.08),
      coherence: around(COHERENCE, 0.4),
      peak_clients: around(peakClients, 0.1),
      peak_msgs_per_s: around(at(peakClients), 0.05),
      r_squared: 0.991,
      points: CLIENTS.map((clients) => ({
        clients,
        measured_msgs_per_s: (clients * block * 1000) / intervalMs(block, clients, rate),
        fitted_msgs_per_s: at(clients),
      })),
    },
    knee_clients: 3,
  };
}

function timeline(cells: readonly Cell[]): Analysis['timeline'] {
  const planned = cells.flatMap((one) => Array.from({ length: REPEATS }, (_, i) => ({ one, repeat: i + 1 })));
  const order = planned.map((_, i) => i).sort((a, b) => wobble(a) - wobble(b));
  const bands: Analysis['timeline']['cells'][number][] = [];
  const seconds: Analysis['timeline']['seconds'][number][] = [];
  for (const [place, index] of order.entries()) {
    const { one, repeat } = planned[index] as (typeof planned)[number];
    const { block, clients, stream, rate, valid } = one;
    const from_s = place * (DURATION_S + 1);
    bands.push({ block, clients, stream, rate, repeat, from_s, to_s: from_s + DURATION_S, valid });
    for (let s = 1; s <= DURATION_S; s++) {
      const silent = one.block === 20 && one.clients === 5 && repeat === 2 && s === 3;
      const msgs_per_s = silent ? 0 : one.msgs_per_s * (1 + 0.05 * wobble(place * 10 + s));
      seconds.push({ at_s: from_s + s + 0.01, msgs_per_s });
    }
  }
  const outages = [
    { at_s: 213.4, outage_ms: 1840, client: '3' },
    { at_s: 702.1, outage_ms: 412, client: '17' },
  ];
  return { cells: bands, seconds, outages, losses: [] };
}

/** Two hundred measurements, with two cells that the tool spoiled, outages, and refused models. */
export function fullAnalysis(): Analysis {
  const cells = ([10, 'max'] as const).flatMap((rate) =>
    BLOCKS.flatMap((block) => CLIENTS.map((clients) => cell(block, clients, rate))),
  );
  return {
    analysis: 'tidemark.analysis.v1',
    agents: [],
    run: {
      record: 'run',
      format: 'tidemark.run.v1',
      started_at: '2026-01-02T03:04:05.678Z',
      tidemark: '0.1.0',
      commit: '02a54b8c0ffee1234567890abcdef1234567890a',
      title: 'Users, before the new encoder',
      tags: { branch: 'main', kernel: '6.1' },
      command: `tidemark bench --block-sizes 1,5,20,100,500 --clients 1,5,20,100 --streams '${STREAM}' --rates 10,max --repeat 5 --duration 5s --seed 11`,
      machine: {
        node: 'v20.20.2',
        os: 'Linux 6.1.0',
        architecture: 'x64',
        cpu: 'AMD EPYC 7B13',
        cores: 2,
        memory_bytes: 25_769_803_776,
      },
      settings: {
        url: null,
        plain: false,
        blocks: BLOCKS,
        clients: CLIENTS,
        streams: [STREAM],
        stream_ids: ['5f0c1d2e3b4a5968'],
        rates: [10, 'max'],
        repeat: REPEATS,
        duration_ms: DURATION_S * 1000,
        count: null,
        omit: 2,
        seed: 11,
        client_processes: 1,
        agents: null,
        live_progress: false,
      },
    },
    complete: true,
    invalid: cells.filter(({ valid }) => !valid).length,
    unproved: 0,
    answer: [
      'At full speed, with 1 client, a block costs a fixed 4.0 µs (95 % interval 3.6 to 4.4 µs) and 2.10 µs per message (2.06 to 2.14 µs).',
      'With 100 clients a block of 20 takes 46 times as long as with one (95 % interval 44 to 48).',
      'Throughput stops to rise in step with clients at about 3 clients, and is highest, as far as the model can tell, at about 38.',
      'At 10/s block time is set by the rate: the number of clients makes no difference that these data show.',
    ],
    cells,
    models: {
      block_time: ([10, 'max'] as const).flatMap((rate) =>
        [...CLIENTS, null].map((clients) => blockTimeModel(clients, rate)),
      ),
      scalability: ([10, 'max'] as const).flatMap((rate) =>
        BLOCKS.map((block) => scalabilityModel(block, rate)),
      ),
    },
    timeline: timeline(cells),
    limits: [
      'Server and clients shared one machine: what one used, the others did not have.',
      'Messages that came in one read share a time stamp; at max, only the time between the ends of blocks is told.',
      '2 cells are invalid: the server used 99 % of a core. Their figures are shown, and no model is fitted to them.',
      'No block of 500 ended within 5 s at 10/s: nothing is said of it.',
    ],
  };
}

/** One cell, one repeat, nothing to fit, no title, no outage. */
export function minimalAnalysis(): Analysis {
  const full = fullAnalysis();
  const only = full.cells.find(({ block, clients, rate }) => block === 20 && clients === 1 && rate === 'max');
  if (only === undefined) throw new Error('the fixture has no such cell');
  const refused = { refused: 'one block size: a line needs three or more' };
  return {
    ...full,
    run: {
      ...full.run,
      title: null,
      commit: null,
      tags: {},
      command: 'tidemark bench --block-sizes 20 --clients 1',
      settings: { ...full.run.settings, blocks: [20], clients: [1], rates: ['max'], repeat: 1 },
    },
    invalid: 0,
    answer: ['A block of 20 took 47.7 µs with 1 client at full speed.'],
    cells: [{ ...only, repeats: 1, msgs_per_s_low: null, msgs_per_s_high: null, clock_error_ms: null }],
    models: {
      block_time: [{ stream: STREAM, rate: 'max', clients: 1, fit: refused }],
      scalability: [
        {
          stream: STREAM,
          rate: 'max',
          block: 20,
          fit: { refused: 'one number of clients: the law needs four or more' },
          knee_clients: null,
        },
      ],
    },
    timeline: {
      cells: [
        {
          block: 20,
          clients: 1,
          stream: STREAM,
          rate: 'max',
          repeat: 1,
          from_s: 0.4,
          to_s: 5.4,
          valid: true,
        },
      ],
      seconds: [1, 2, 3, 4, 5].map((s) => ({ at_s: s + 0.41, msgs_per_s: 430_000 + 9000 * wobble(s) })),
      outages: [],
      losses: [],
    },
    limits: ['One cell was measured: nothing is said of how block time changes.'],
  };
}
