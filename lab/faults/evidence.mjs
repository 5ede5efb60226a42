/** What a path does has to show in what was measured on it; here is what counts as showing it. */

/**
 * How far the median may rise by another time than the middle of the delays: by chance, by what waits for a message
 * before it, and by the two clocks, which over a path of different delays are not known well.
 */
const TOLERANCE_MS = 15;
/** What the 99th percentile may have on top of the longest delay, for the same, and for a busy machine. */
const SLACK_MS = 50;
/** What a machine adds by itself on which server, attacker and witness share two cores. */
const LATE_MS = 30;
/** A write for each byte costs far more than that; it is only to tell the path from one that does nothing. */
const SLOWER_BY = 1.5;
/** The kernel puts bytes together that a busy reader leaves lying; a message is some 300 bytes. */
const MOST_BYTES_A_READ = 60;

/**
 * @typedef {{ p50: number, p99: number }} Latencies in milliseconds
 * @typedef {Record<string, any>} TimedBlock a `timed` event
 */

/**
 * No message can be there before its delay is over; the clocks are known to plus or minus `clock_error_ms`. Blocks that came before the
 * clocks were known have no latency: at first, on a busy machine.
 *
 * @param {{ timed: readonly TimedBlock[] }} run
 * @param {number} leastMs
 */
export function earlyFaults({ timed }, leastMs) {
  const firstKnown = timed.findIndex(({ latency_ms }) => latency_ms !== null);
  if (firstKnown === -1) return [`none of ${timed.length} blocks has a latency`];
  const early = timed
    .slice(firstKnown)
    .find(
      ({ latency_ms, clock_error_ms }) => latency_ms === null || !(latency_ms + clock_error_ms >= leastMs),
    );
  if (early === undefined) return [];
  const { client, block, latency_ms, clock_error_ms } = early;
  return [`block ${block} of ${client} came after ${latency_ms} ms, plus or minus ${clock_error_ms}`];
}

/**
 * Whether latencies are those of a path that delays by `leastMs` to `mostMs`, evenly spread; `before` is without it.
 *
 * @param {Latencies} before
 * @param {Latencies} after
 * @param {{ leastMs: number, mostMs: number }} path
 */
export function latencyFaults(before, after, { leastMs, mostMs }) {
  const faults = [];
  const rise = after.p50 - before.p50;
  const middle = (leastMs + mostMs) / 2;
  const [least, most] = [middle - TOLERANCE_MS, middle + TOLERANCE_MS];
  if (!(rise >= least && rise <= most))
    faults.push(`the median rose by ${rise.toFixed(1)} ms, not by ${least} to ${most}`);
  if (!(after.p99 <= mostMs + SLACK_MS))
    faults.push(`p99 is ${after.p99.toFixed(1)} ms, more than ${mostMs} + ${SLACK_MS}`);
  return faults;
}

/**
 * Whether latencies are too short for such a path, as far as the clocks are known: a busy machine makes them longer, and
 * never shorter.
 *
 * @param {{ p50: number, error: number }} after
 * @param {{ leastMs: number, mostMs: number }} path
 */
export function tooSoonFaults({ p50, error }, { leastMs, mostMs }) {
  const least = (leastMs + mostMs) / 2 - TOLERANCE_MS;
  if (p50 + error >= least) return [];
  return [`the median is ${p50.toFixed(1)} ms, plus or minus ${error.toFixed(1)}, not ${least} or more`];
}

/**
 * Whether a paced client is served as usual during an attack: its p99 lateness before, during and after it. Noise before or after
 * must not widen the bound, so the calmer of the two counts; and beside one that is not calm nothing can be judged.
 *
 * @param {string} attack
 * @param {{ beforeMs: number, attackedMs: number, afterMs: number }} seen
 */
export function lateFaults(attack, { beforeMs, attackedMs, afterMs }) {
  const calmMs = Math.min(beforeMs, afterMs);
  if (!(calmMs <= LATE_MS))
    return [
      `${attack}: the machine is too busy to judge: p99 lateness is ${calmMs.toFixed(1)} ms without it`,
    ];
  if (attackedMs <= 2 * calmMs + LATE_MS) return [];
  const rose = `from ${calmMs.toFixed(1)} to ${attackedMs.toFixed(1)} ms`;
  return [`${attack}: p99 lateness rose ${rose}, more than twice that and ${LATE_MS} ms`];
}

/**
 * Whether bytes came in small pieces, and slower than on the same path without slices. Speeds in bytes a second.
 *
 * @param {{ bytesARead: number, whole: number, fastest: number }} measured
 */
export function sliceFaults({ bytesARead, whole, fastest }) {
  const faults = [];
  if (!(bytesARead <= MOST_BYTES_A_READ))
    faults.push(`a plain reader got ${bytesARead.toFixed(1)} bytes at once, more than ${MOST_BYTES_A_READ}`);
  if (!(fastest * SLOWER_BY <= whole))
    faults.push(
      `the speed does not show it: ${kilobytes(fastest)} kB/s, without slices ${kilobytes(whole)} kB/s`,
    );
  return faults;
}

/** @param {number} bytesPerSecond */
export function kilobytes(bytesPerSecond) {
  return Math.round(bytesPerSecond / 1000);
}
