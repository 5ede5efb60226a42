/** One core's work, ours and the peers', in one process: asked for one of them at a time. */

import { answerQuestions } from '../questions.mjs';
import { encodeSegment, openStream, SegmentMemory, segmentSeries } from '../tidemark.mjs';
import { fakerRecord } from './faker-record.mjs';

const NUMBERS = 1024;
const NUMBER_BYTES = 8;

/** Calls `work`, which tells how much it did, until the time is over. @param {() => number} work @param {number} measureMs */
function perSecond(work, measureMs) {
  const startMs = performance.now();
  let amount = 0;
  let nowMs = startMs;
  while (nowMs - startMs < measureMs) {
    amount += work();
    nowMs = performance.now();
  }
  return (amount * 1000) / (nowMs - startMs);
}

/**
 * Each segment is made once, in the memory of the one before, as a server makes it.
 *
 * @param {string} name
 * @param {'websocket' | 'lines' | 'events'} framing
 */
function segments(name, framing = 'websocket') {
  const series = segmentSeries(openStream(name), framing);
  let index = 0;
  const memory = new SegmentMemory(1);
  let segment = encodeSegment(series, index++, memory.take());
  return () => {
    segment.drop();
    segment = encodeSegment(series, index++, memory.take());
    return segment;
  };
}

const nextUsers = segments('users?seed=7');
const nextLines = segments('users?seed=7', 'lines');
const nextEvents = segments('users?seed=7', 'events');
const nextArrays = segments(`arrays?shape=${NUMBERS}&encoding=npy`);
const values = new Float64Array(NUMBERS);
let seq = 0;
let kept = 0;

/** @type {Record<string, () => number>} */
const WORK = {
  users: () => nextUsers().count,
  lines: () => nextLines().count,
  events: () => nextEvents().count,
  faker: () => {
    const before = seq;
    // Its length is read, so that no engine can leave the text unmade.
    while (seq < before + 100) kept += JSON.stringify(fakerRecord(seq++)).length;
    return seq - before;
  },
  npy: () => nextArrays().bytes.byteLength,
  random: () => {
    for (let round = 0; round < 64; round++) {
      for (let i = 0; i < NUMBERS; i++) values[i] = Math.random();
      kept += values[round];
    }
    return 64 * NUMBERS * NUMBER_BYTES;
  },
};

// What was kept is told, so that it is of use.
answerQuestions(({ what, measureMs }) => ({ perSecond: perSecond(WORK[what], measureMs), kept }));
