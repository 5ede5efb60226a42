import { VERSION } from '../../version.ts';
import type { Counts, KindCounts } from '../clients/counts.ts';
import type { HttpAnswer } from '../request/http-answer.ts';
import { type Family, METRICS_TYPE, type MetricSample, metricsText } from './text-format.ts';

/** What the metrics are made of. */
export interface Measured {
  readonly counts: Counts;
  readonly clients: number;
  readonly cache: { readonly hits: number; readonly misses: number; readonly sizeBytes: number };
}

/** Measures how long the event loop takes to come round, and then answers with all metrics. */
export function answerMetrics(measured: () => Measured, answered: (answer: HttpAnswer) => void): void {
  const askedMs = performance.now();
  setImmediate(() => {
    const lagSeconds = (performance.now() - askedMs) / 1000;
    const text = metricsText([...serverFamilies(measured()), ...processFamilies(lagSeconds)]);
    answered({ status: 200, sentence: '', body: { type: METRICS_TYPE, text } });
  });
}

function serverFamilies({ counts, clients, cache }: Measured): Family[] {
  const kinds = Object.entries(counts.kinds);
  const byKind = (read: (kind: KindCounts) => number): MetricSample[] =>
    kinds.map(([kind, figures]) => ({ labels: { kind }, value: read(figures) }));
  const by = (label: string, figures: Readonly<Record<string, number>>): MetricSample[] =>
    Object.entries(figures).map(([name, value]) => ({ labels: { [label]: name }, value }));
  const { verified, mismatched: mismatch } = counts.receipts;
  return [
    gauge('tidemark_clients', 'Clients that are connected', [{ value: clients }]),
    counter('tidemark_connections_total', 'Clients that were let in', by('carriage', counts.connections)),
    counter('tidemark_resumes_total', 'Clients that were let in to go on behind a first message', [
      { value: counts.resumes },
    ]),
    counter('tidemark_refusals_total', 'Requests that were refused', by('reason', counts.refusals)),
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
    counter('tidemark_receipts_total', 'Receipts that were checked', by('verdict', { verified, mismatch })),
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

/** Under the names that other programs have for the same, where there are such. */
function processFamilies(lagSeconds: number): Family[] {
  const { user, system } = process.cpuUsage();
  const { active } = performance.eventLoopUtilization();
  const { rss, heapUsed } = process.memoryUsage();
  const startSeconds = performance.timeOrigin / 1000;
  const labels = { version: VERSION, node: process.version };
  return [
    gauge('tidemark_build_info', 'The versions of the server, and 1', [{ labels, value: 1 }]),
    gauge(
      'tidemark_event_loop_lag_seconds',
      'How long the event loop took to come round when this was asked',
      [{ value: lagSeconds }],
    ),
    counter('tidemark_event_loop_busy_seconds_total', 'Time that the event loop did not wait', [
      { value: active / 1000 },
    ]),
    counter('process_cpu_seconds_total', 'Processor time, of the threads too', [
      { value: (user + system) / 1e6 },
    ]),
    gauge('process_resident_memory_bytes', 'Resident memory', [{ value: rss }]),
    gauge('process_start_time_seconds', 'When the process began, since 1970', [{ value: startSeconds }]),
    gauge('nodejs_heap_size_used_bytes', 'Memory of JavaScript objects', [{ value: heapUsed }]),
  ];
}

function counter(name: string, help: string, samples: readonly MetricSample[]): Family {
  return { name, help, type: 'counter', samples };
}

function gauge(name: string, help: string, samples: readonly MetricSample[]): Family {
  return { name, help, type: 'gauge', samples };
}
