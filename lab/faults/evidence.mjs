/** What a path does has to show in what was measured on it; here is what counts as showing it. */

/**
 * How far the median may rise by another time than the middle of the delays: by chance, by what waits for a message
 * before it, and by the two clocks, which over a path of different delays are not known well.
 */
const TOLERANCE_MS = 15;
/** What the 99th percentile may have on top of the longest delay, for the same, and for a busy machine. */
const SLACK_MS = 50;
/** The short form is run beside other tests, and has few blocks: what a busy machine adds says nothing of the path. */
const SHORT = { lessMs: 20, moreMs: 500, slackMs: 500 };
const LONG = { lessMs: TOLERANCE_MS, moreMs: TOLERANCE_MS, slackMs: SLACK_MS };
/** A write for each byte costs far more than that; it is only to tell the path from one that does nothing. */
const SLOWER_BY = 1.5;
/** The kernel puts bytes together that a busy reader leaves lying; a message is some 300 bytes. */
const MOST_BYTES_A_READ = 60;

/**
 * @typedef {{ p50: number, p99: number }} Latencies in milliseconds
 * @typedef {Record<string, any>} TimedBlock a `timed` event
 */

/** No message can be there before its delay is over; the clocks are known to plus or minus `clock_error_ms`. @param {{ timed: readonly TimedBlock[] }} run @param {number} leastMs */
export function earlyFaults({ timed }, leastMs) {
  const early = timed.find(
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
 * @param {{ leastMs: number, mostMs: number, short?: boolean }} path
 */
export function latencyFaults(before, after, { leastMs, mostMs, short = false }) {
  const { lessMs, moreMs, slackMs } = short ? SHORT : LONG;
  const faults = [];
  const rise = after.p50 - before.p50;
  const middle = (leastMs + mostMs) / 2;
  if (!(rise >= middle - lessMs && rise <= middle + moreMs))
    faults.push(`the median rose by ${rise.toFixed(1)} ms, not by ${middle - lessMs} to ${middle + moreMs}`);
  if (!(after.p99 <= mostMs + slackMs))
    faults.push(`p99 is ${after.p99.toFixed(1)} ms, more than ${mostMs} + ${slackMs}`);
  return faults;
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
