// parseFaultSpec: a spec within its bounds, or a UsageError.
import assert from 'node:assert/strict';
import { FaultSchedule } from '../../../dist/chaos/fault/fault-schedule.js';
import { parseFaultSpec } from '../../../dist/chaos/fault/fault-spec.js';
import { UsageError } from '../../../dist/wording/usage-error.js';

/** @returns {import('../campaign.mjs').OpenTarget} */
export function open() {
  return {
    corpus: [
      'delay=100ms,jitter=50ms,bandwidth=256kbit,slow-reader=10kB,slice=1,seed=7',
      'cut=5s,stall=10s:2s,half-open=1min,close=1%:1012',
      'drop=@100,repeat=0.5%,swap=1%,flip=2%,truncate=100%',
      '',
    ].map((text) => Buffer.from(text)),
    words: ['drop=', 'close=', ':1006', '=@', '%', 'ms', 'kbit', '__proto__=1', 'toString=1', ','],
    run: (bytes) => {
      try {
        return outcome(parseFaultSpec(bytes.toString()));
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        assert.ok(error.message.length < 1024, 'a message of bounded length');
        return error.message.replaceAll(/\d+|"[^"]*"/g, '#');
      }
    },
  };
}

/** @param {ReturnType<typeof parseFaultSpec>} spec */
function outcome(spec) {
  const { seed, delayMs, jitterMs, bandwidth, slowReader, sliceBytes, faults } = spec;
  assert.ok(Number.isSafeInteger(seed) && seed >= 0, 'seed');
  for (const ms of [delayMs, jitterMs]) assert.ok(ms >= 0 && ms <= 3_600_000, 'duration');
  for (const amount of [bandwidth, slowReader, sliceBytes]) assert.ok(amount >= 1, 'amount');
  for (const { when, stallMs, closeCode } of faults) {
    assert.ok(when.kind !== 'share' || (when.share > 0 && when.share <= 1), 'share');
    assert.ok(stallMs > 0 && closeCode >= 1000 && closeCode < 5000, 'detail');
  }
  const schedule = new FaultSchedule(spec, 1);
  for (const { pauseMs } of schedule.timed()) assert.ok(pauseMs(1) > 0, 'pause');
  return faults.map(({ fault, when }) => `${fault} ${when.kind}`).join();
}
