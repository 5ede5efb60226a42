import type { Verdict } from '../../measure/verdict.ts';
import { roundToMicroseconds } from '../../session/receipt.ts';
import type { TimedBlock } from '../../session/run/block-latency.ts';
import type { ConnectedSource, RunOutput } from '../../session/run/run-output.ts';
import { blockFields } from './block-fields.ts';
import type { ClientEvent } from './client-event.ts';

/** The event for an output of a run; undefined if it does not concern the user. */
export function eventOf(client: string, output: RunOutput): ClientEvent | undefined {
  switch (output.type) {
    case 'opened':
      return { event: 'opened', client };
    case 'connected':
      return connectedEvent(client, output.source);
    case 'resumed':
      return { event: 'resumed', client, from: output.from, after_ms: roundToMicroseconds(output.afterMs) };
    case 'disconnected': {
      const { code, reason, retryMs } = output;
      return { event: 'disconnected', client, code, reason, retry_ms: Math.round(retryMs) };
    }
    case 'block':
      return { event: 'block', ...blockFields(client, output.block) };
    case 'mismatch': {
      const { block, from, to, reason } = output.mismatch;
      return { event: 'mismatch', client, block, from, to, reason };
    }
    case 'finding':
      return { event: 'finding', client, ...output.finding };
    case 'difference': {
      const { seq, difference } = output.found;
      return { event: 'difference', client, seq, first_difference: difference };
    }
    case 'foreign':
      return { event: 'foreign', client, excerpt: output.excerpt };
    case 'timed':
      return timedEvent(client, output.timed);
    case 'end':
      return endEvent(client, output.verdict);
    case 'open':
    case 'send':
    case 'ping':
    case 'close':
    case 'terminate':
    case 'closed':
      return undefined;
  }
}

function connectedEvent(client: string, { welcome, from, announced }: ConnectedSource): ClientEvent {
  const { stream = announced ?? null, stream_id = null, rate = null, t0_ms = null } = welcome ?? {};
  return { event: 'connected', client, stream, stream_id, from, rate, t0_ms };
}

function timedEvent(
  client: string,
  { block, latencyMs, latencyFromSendMs, clockErrorMs }: TimedBlock,
): ClientEvent {
  const rounded = (ms: number | undefined) => (ms === undefined ? null : roundToMicroseconds(ms));
  const latency_ms = rounded(latencyMs);
  const latency_from_send_ms = rounded(latencyFromSendMs);
  const clock_error_ms = rounded(clockErrorMs);
  return { event: 'timed', client, block, latency_ms, latency_from_send_ms, clock_error_ms };
}

function endEvent(client: string, verdict: Verdict): ClientEvent {
  const { durationMs, unverifiedBlocks, error = null, integrity: _, ...others } = verdict;
  const { assumedFrom = null, from = null, tailKnown, notCome = null, resembles = null, ...counts } = others;
  const duration_ms = roundToMicroseconds(durationMs);
  const rest = {
    assumed_from: assumedFrom,
    from,
    tail_known: tailKnown,
    not_come: notCome,
    resembles,
    unverified_blocks: unverifiedBlocks,
    duration_ms,
    error,
  };
  return { event: 'end', client, ...counts, ...rest };
}
