import type { Offset } from '../measure/clock-offset.ts';
import { Histogram } from '../measure/histogram.ts';
import { decodeHdr, encodeHdr } from '../run-file/hdr-encoding.ts';
import type { ShareRecord } from '../run-file/record/agent-records.ts';
import type {
  BlocksRecord,
  CellRecord,
  HistogramRecord,
  QuantityName,
  RunFileRecord,
  SampleRecord,
} from '../run-file/record/run-record.ts';
import type { PlannedRun } from './plan.ts';
import type { ClientResult, OneClient, ProcessSample, SampledBlocks, ServerAnswer } from './process/job.ts';
import { type HealthFacts, invalidReasons, shareReasons } from './validity.ts';

/** What a process of clients measured, and the agent that runs it; null for this machine. */
export type ProcessResult = ClientResult & { readonly agent: string | null };

export interface MeasurementFacts {
  readonly planned: PlannedRun;
  readonly fromMs: number;
  readonly toMs: number;
  readonly ownServer: boolean;
  /** From each client process. */
  readonly results: readonly ProcessResult[];
  /** How far an agent's clock was from the bench's. */
  readonly clockOf: (agent: string) => Offset;
  /** From the bench's own server. */
  readonly server: (ServerAnswer & { readonly type: 'result' }) | undefined;
}

/** The records of a measurement for the run file; the cell record is the last. */
export function measurementRecords(facts: MeasurementFacts): RunFileRecord[] {
  const { planned, results, server } = facts;
  const { run } = planned;
  const blocks = joined(
    run,
    results.map((result) => result.blocks),
  );
  const histograms = blocks.of > blocks.block.length ? histogramRecords(run, results) : [];
  const outages = results.flatMap((result) =>
    result.outages.map((outage) => ({ record: 'outage' as const, run, ...outage })),
  );
  const shares = shareRecords(facts);
  return [
    ...sampleRecords(run, 'server', null, server?.samples ?? []),
    ...results.flatMap(({ agent, samples }) => sampleRecords(run, 'client', agent, samples)),
    ...outages,
    ...histograms,
    blocks,
    ...shares,
    cellRecord(facts, blocks, shares),
  ];
}

function cellRecord(
  { planned, fromMs, toMs, ownServer, results, server }: MeasurementFacts,
  blocks: BlocksRecord,
  shares: readonly ShareRecord[],
): CellRecord {
  const clients = results.flatMap((result) => result.clients).sort((a, b) => a.client - b.client);
  const sum = (of: (client: OneClient) => number) => clients.reduce((total, client) => total + of(client), 0);
  const reasons = invalidReasons({
    rate: planned.rate,
    ownServer,
    server: server?.samples ?? [],
    clients: results.filter(({ agent }) => agent === null).flatMap(({ samples }) => samples),
    shares,
    latenessP99Ms: latenessP99Ms(blocks),
    idleClients: clients.filter(({ measuredBlocks }) => measuredBlocks === 0).length,
    outages: outagesSince(fromMs, results),
  });
  const errors = clients.flatMap(({ client, error }) =>
    error === null ? [] : [`client ${client}: ${error}`],
  );
  const { run, block, stream, rate, repeat } = planned;
  return {
    record: 'cell',
    run,
    block,
    clients: planned.clients,
    stream,
    rate,
    repeat,
    from_ms: fromMs,
    to_ms: toMs,
    valid: reasons.length === 0 && errors.length === 0,
    reasons: [...reasons, ...errors.slice(0, 3)],
    // A client without a result has proved nothing.
    proved: clients.length === planned.clients && clients.every(({ proved }) => proved),
    provable: clients.every(({ provable }) => provable),
    messages: sum(({ messages }) => messages),
    lost: sum(({ lost }) => lost),
    repeated: sum(({ repeated }) => repeated),
    reordered: sum(({ reordered }) => reordered),
    corrupt: sum(({ corrupt }) => corrupt),
    resumes: sum(({ resumes }) => resumes),
    measured_blocks: sum(({ measuredBlocks }) => measuredBlocks),
    measured_messages: sum(({ measuredMessages }) => measuredMessages),
    measured_bytes: sum(({ measuredBytes }) => measuredBytes),
    client_msgs_per_s: clients.map((client) =>
      hundredths(perSecond(client.measuredMessages, client.windowMs)),
    ),
    msgs_per_s: hundredths(sum(({ measuredMessages, windowMs }) => perSecond(measuredMessages, windowMs))),
    bytes_per_s: Math.round(sum(({ measuredBytes, windowMs }) => perSecond(measuredBytes, windowMs))),
    clock_error_ms: largest(results.map(({ clockErrorMs }) => clockErrorMs)),
    server_messages: server?.messages ?? null,
    server_blocks: server?.blocks ?? null,
  };
}

/** What each agent had a part in the measurement with. */
function shareRecords({ planned, fromMs, results, clockOf }: MeasurementFacts): ShareRecord[] {
  const agents = new Set(results.flatMap(({ agent }) => agent ?? []));
  return [...agents].map((agent) => {
    const own = results.filter((result) => result.agent === agent);
    const { offsetMs, errorMs } = clockOf(agent);
    const begins = own.flatMap((result) => result.fromMs ?? []);
    const from_ms = begins.length === 0 ? null : Math.max(...begins);
    const samples = own.flatMap((result) => result.samples);
    return {
      record: 'share',
      run: planned.run,
      agent,
      clients: own.flatMap(({ clients }) => clients.map(({ client }) => client)).sort((a, b) => a - b),
      from_ms,
      clock_offset_ms: offsetMs,
      clock_error_ms: errorMs,
      reasons: shareReasons({ rate: planned.rate, samples, lateMs: from_ms === null ? 0 : from_ms - fromMs }),
    };
  });
}

/** Outages that were not over before the window began. */
function outagesSince(fromMs: number, results: readonly ClientResult[]): HealthFacts['outages'] {
  const within = results.flatMap(({ outages }) => outages).filter(({ at_ms }) => at_ms >= fromMs);
  return {
    clients: new Set(within.map(({ client }) => client)).size,
    longestMs: Math.max(0, ...within.map(({ outage_ms }) => outage_ms)),
  };
}

/** How late messages were handed to the socket: the latency from the due time minus that from sending. */
function latenessP99Ms({ latency_ms, latency_from_send_ms }: BlocksRecord): number | null {
  const late = new Histogram();
  latency_ms.forEach((latency, index) => {
    const fromSend = latency_from_send_ms[index] ?? null;
    if (latency !== null && fromSend !== null) late.record((latency - fromSend) * 1000);
  });
  return late.count === 0 ? null : late.quantile(0.99) / 1000;
}

/** The blocks of all processes, roughly in the order in which they ended; each process has its own order. */
function joined(run: number, processes: readonly SampledBlocks[]): BlocksRecord {
  return {
    record: 'blocks',
    run,
    of: processes.reduce((total, { of }) => total + of, 0),
    client: processes.flatMap(({ client }) => client),
    block: processes.flatMap(({ block }) => block),
    elapsed_ms: processes.flatMap(({ elapsed_ms }) => elapsed_ms),
    interval_ms: processes.flatMap(({ interval_ms }) => interval_ms),
    latency_ms: processes.flatMap(({ latency_ms }) => latency_ms),
    latency_from_send_ms: processes.flatMap(({ latency_from_send_ms }) => latency_from_send_ms),
  };
}

const QUANTITIES: readonly QuantityName[] = ['elapsed', 'interval', 'latency', 'latency_from_send'];

function histogramRecords(run: number, results: readonly ClientResult[]): HistogramRecord[] {
  return QUANTITIES.flatMap((quantity) => {
    const all = new Histogram();
    for (const { quantities } of results) {
      const { hdr_base64, mean_ms } = quantities[quantity];
      all.add(decodeHdr(hdr_base64, mean_ms));
    }
    if (all.count === 0) return [];
    return [
      { record: 'histogram', run, quantity, count: all.count, mean_ms: all.mean, hdr_base64: encodeHdr(all) },
    ];
  });
}

function sampleRecords(
  run: number,
  role: SampleRecord['role'],
  agent: string | null,
  samples: readonly ProcessSample[],
): SampleRecord[] {
  return samples.map((sample) => ({ record: 'sample', run, role, agent, ...sample }));
}

function perSecond(amount: number, ms: number): number {
  return ms > 0 ? (amount * 1000) / ms : 0;
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}

function largest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}
