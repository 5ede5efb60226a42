import { durationText, plural } from '../wording/figures.ts';
import type { ProcessSample } from './process/job.ts';

/** The facts that decide whether a measurement measured what it should. */
export interface HealthFacts {
  readonly rate: number | 'max';
  /** Whether the server is the bench's own. */
  readonly ownServer: boolean;
  readonly server: readonly ProcessSample[];
  /** Of this machine. */
  readonly clients: readonly ProcessSample[];
  /** What was the matter with agents. */
  readonly shares: readonly { readonly agent: string; readonly reasons: readonly string[] }[];
  /** 99th percentile of (handed to the socket - due); null if unknown. */
  readonly latenessP99Ms: number | null;
  /** Clients that ended no block while they were measured. */
  readonly idleClients: number;
  /** Clients that lost their server while they were measured, and the longest outage. */
  readonly outages: { readonly clients: number; readonly longestMs: number };
}

const VALIDITY: {
  readonly cpuPercent: number;
  readonly loopLagP99Ms: number;
  readonly latenessP99Ms: number;
  readonly beginLateMs: number;
} = {
  /** Of one core, over one second. */
  cpuPercent: 90,
  /** 99th percentile over one second. */
  loopLagP99Ms: 20,
  latenessP99Ms: 20,
  /** An agent, after the time at which all were to begin. */
  beginLateMs: 100,
};

/**
 * Why something other than the server was the limit: the tool itself, or a server that was away. Empty if nothing was.
 *
 * At `max` against the bench's own server, server and client together are measured, and one of them is always busy,
 * which is no fault. Against another server, a client that is always busy measures itself.
 */
export function invalidReasons(facts: HealthFacts): string[] {
  const { rate, ownServer } = facts;
  const paced = rate !== 'max';
  const reasons = [
    ...(paced || !ownServer ? busyReasons('a client process', facts.clients, paced) : []),
    ...(paced ? busyReasons('the server', facts.server, paced) : []),
    ...facts.shares.flatMap(({ agent, reasons: own }) => own.map((reason) => `agent ${agent}: ${reason}`)),
  ];
  const { latenessP99Ms, idleClients, outages } = facts;
  if (latenessP99Ms !== null && latenessP99Ms > VALIDITY.latenessP99Ms)
    reasons.push(
      `messages left ${latenessP99Ms.toFixed(1)} ms late (p99), above ${VALIDITY.latenessP99Ms} ms`,
    );
  if (idleClients > 0)
    reasons.push(`${plural(idleClients, 'client')} ended no block: the window is too short for them`);
  if (outages.clients > 0)
    reasons.push(
      `${plural(outages.clients, 'client')} lost the server, for up to ${durationText(outages.longestMs)}: its figures are not in the latency`,
    );
  return reasons;
}

/** Why an agent's own part is invalid. It measures a server elsewhere, so at any rate a process that is always busy measures itself. */
export function shareReasons({
  rate,
  samples,
  lateMs,
}: {
  readonly rate: number | 'max';
  readonly samples: readonly ProcessSample[];
  /** How much later than the others it began. */
  readonly lateMs: number;
}): string[] {
  const reasons = busyReasons('a client process', samples, rate !== 'max');
  if (lateMs > VALIDITY.beginLateMs)
    reasons.push(`it began ${durationText(lateMs)} late, above ${durationText(VALIDITY.beginLateMs)}`);
  return reasons;
}

function busyReasons(name: string, samples: readonly ProcessSample[], paced: boolean): string[] {
  const reasons: string[] = [];
  const cpu = largest(samples.map(({ cpu_percent }) => cpu_percent));
  if (cpu > VALIDITY.cpuPercent)
    reasons.push(`${name} used ${Math.round(cpu)} % of a core, above ${VALIDITY.cpuPercent} %`);
  const lag = largest(samples.map(({ loop_lag_p99_ms }) => loop_lag_p99_ms));
  if (paced && lag > VALIDITY.loopLagP99Ms)
    reasons.push(`the event loop of ${name} was ${lag} ms late (p99), above ${VALIDITY.loopLagP99Ms} ms`);
  return reasons;
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}
