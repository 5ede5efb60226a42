import { type Answered, askAll, type Cluster, type Member } from '../cluster/cluster.ts';
import { type KindFigures, type ServerTotals, sumOfTotals } from '../cluster/measured.ts';
import type { ProcessFigures } from '../cluster/process-figures.ts';
import type { MeasuredQuestion, Responder } from '../cluster/question.ts';
import type { HttpAnswer } from '../request/http-answer.ts';
import { type Family, METRICS_TYPE, type MetricSample, metricsText } from './text-format.ts';

/** Answers with the metrics of all members of this node. */
export async function answerMetrics(cluster: Cluster, responder: Responder): Promise<HttpAnswer> {
  const { answers } = await askAll(cluster, responder, { ask: 'measured' }, 'node');
  const [first, ...others] = answers.map(({ answer }) => answer.totals);
  const totals = first === undefined ? [] : totalFamilies(sumOfTotals([first, ...others]));
  const text = metricsText([...totals, ...processFamilies(answers)]);
  return { status: 200, sentence: '', body: { type: METRICS_TYPE, text } };
}

function totalFamilies(totals: ServerTotals): Family[] {
  const { clients, cache } = totals;
  const kinds = Object.entries(totals.kinds);
  const byKind = (read: (kind: KindFigures) => number): MetricSample[] =>
    kinds.map(([kind, figures]) => ({ labels: { kind }, value: read(figures) }));
  const by = (label: string, figures: Readonly<Record<string, number>>): MetricSample[] =>
    Object.entries(figures).map(([name, value]) => ({ labels: { [label]: name }, value }));
  const sumOf = (read: (kind: KindFigures) => number) => kinds.reduce((all, [, kind]) => all + read(kind), 0);
  const receipts = {
    verified: sumOf(({ verified }) => verified),
    mismatch: sumOf(({ mismatched }) => mismatched),
  };
  return [
    gauge('tidemark_clients', 'Clients that are connected', [{ value: clients }]),
    counter('tidemark_connections_total', 'Clients that were let in', by('carriage', totals.connections)),
    counter('tidemark_resumes_total', 'Clients that were let in to go on behind a first message', [
      { value: totals.resumes },
    ]),
    counter('tidemark_refusals_total', 'Requests that were refused', by('reason', totals.refusals)),
    counter(
      'tidemark_messages_sent_total',
      'Messages handed to connections',
      byKind(({ messages }) => messages),
    ),
    counter(
      'tidemark_bytes_sent_total',
      'Bytes of messages, as they are framed, handed to connections',
      byKind(({ bytes }) => bytes),
    ),
    counter('tidemark_receipts_total', 'Receipts that were checked', by('verdict', receipts)),
    {
      ...{ name: 'tidemark_block_seconds', type: 'histogram' },
      help: 'First to last message of blocks that were right and that no outage cut, as clients measured them',
      samples: kinds.map(([kind, { blockSeconds }]) => ({ labels: { kind }, value: blockSeconds })),
    },
    {
      ...{ name: 'tidemark_lateness_seconds', type: 'histogram' },
      help: 'How long after it was due the first message of a write was handed to its connection',
      samples: kinds.map(([kind, { latenessSeconds }]) => ({ labels: { kind }, value: latenessSeconds })),
    },
    counter(
      'tidemark_segment_cache_requests_total',
      'Segments of messages that were asked for: found in the cache, or made on the spot',
      by('result', { hit: cache.hits, miss: cache.misses }),
    ),
    gauge('tidemark_segment_cache_bytes', 'Bytes of messages in the cache', [{ value: cache.sizeBytes }]),
  ];
}

/** Under the names that other programs have for the same, where there are such; by worker, where there are several. */
function processFamilies(answers: readonly Answered<MeasuredQuestion>[]): Family[] {
  const of = (read: (figures: ProcessFigures) => number): MetricSample[] =>
    answers.map(({ member, answer }) => ({ labels: workerLabel(member), value: read(answer.process) }));
  const info = answers.map(({ member, answer }) => {
    const { version, node } = answer.process;
    return { labels: { version, node, ...workerLabel(member) }, value: 1 };
  });
  return [
    gauge('tidemark_build_info', 'The versions of the server, and 1', info),
    gauge(
      'tidemark_event_loop_lag_seconds',
      'How long the event loop took to come round when this was asked',
      of(({ lagSeconds }) => lagSeconds),
    ),
    counter(
      'tidemark_event_loop_busy_seconds_total',
      'Time that the event loop did not wait',
      of(({ busySeconds }) => busySeconds),
    ),
    counter(
      'process_cpu_seconds_total',
      'Processor time, of the threads too',
      of(({ cpuSeconds }) => cpuSeconds),
    ),
    gauge(
      'process_resident_memory_bytes',
      'Resident memory',
      of(({ residentBytes }) => residentBytes),
    ),
    gauge(
      'process_start_time_seconds',
      'When the process began, since 1970',
      of(({ startSeconds }) => startSeconds),
    ),
    gauge(
      'nodejs_heap_size_used_bytes',
      'Memory of JavaScript objects',
      of(({ heapBytes }) => heapBytes),
    ),
  ];
}

function workerLabel({ worker }: Member): Record<string, string> {
  return worker === undefined ? {} : { worker: String(worker) };
}

function counter(name: string, help: string, samples: readonly MetricSample[]): Family {
  return { name, help, type: 'counter', samples };
}

function gauge(name: string, help: string, samples: readonly MetricSample[]): Family {
  return { name, help, type: 'gauge', samples };
}
