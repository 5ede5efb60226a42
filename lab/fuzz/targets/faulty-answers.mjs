// FaultyAnswers: without a fault every byte passes, and with faults it is the same however the bytes are cut.
import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import { frameOf } from '../../../dist/carriage/websocket/frame/frame-writer.js';
import { FaultSchedule } from '../../../dist/chaos/fault/fault-schedule.js';
import { parseFaultSpec } from '../../../dist/chaos/fault/fault-spec.js';
import { FaultyAnswers } from '../../../dist/chaos/fault/faulty-answers.js';
import { chunksOf } from '../chunks.mjs';

const head = Buffer.from('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n');
const message = (/** @type {string} */ text, first = 0x81) => Buffer.from(frameOf(first, Buffer.from(text)));
const response = (/** @type {string} */ type) => `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\n\r\n`;
const faults = [1, 2, 3, 4, 5, 6, 7].flatMap((connection) => [
  remembered('drop=20%,repeat=20%,swap=20%,flip=20%,truncate=10%,cut=5%', connection),
  remembered('swap=60%,flip=5%,no-id=10%,same-id=10%', connection),
]);
const none = remembered('', 1);

/** @returns {import('../campaign.mjs').OpenTarget} */
export function open() {
  const messages = Array.from({ length: 9 }, (_, index) => message(`message ${index} é`));
  return {
    corpus: [
      Buffer.concat([head, ...messages]),
      Buffer.concat([
        head,
        message('x'.repeat(300)),
        Buffer.from([0x89, 0]),
        message('\u001e{}'),
        ...messages,
      ]),
      Buffer.concat([head, Buffer.from([0x01, 1, 97, 0x80, 1, 98]), message('binary', 0x82)]),
      Buffer.from('HTTP/1.1 404 Not Found\r\n\r\nnothing'),
      Buffer.from(`${response('application/x-ndjson')}{"seq":0}\n{"seq":1}\r\n\n{"seq":2}\nrest`),
      Buffer.from(
        `${response('text/event-stream')}id: 0\ndata: é\n\n:\n\nid: 1\r\ndata: b\r\n\r\ndata: c\r\r`,
      ),
    ],
    mostBytes: 700,
    words: ['\r\n\r\n', ' 101 ', '\u0081\u007e', '\u0088\u0002', '\n\n', 'id: ', 'data: '],
    run: (bytes) => {
      assert.ok(through(none, chunksOf(bytes)).out.equals(bytes), 'no fault, no change');
      const schedule = faults[crc32(bytes) % faults.length];
      const whole = through(schedule, [bytes]);
      const cut = through(schedule, chunksOf(bytes));
      assert.ok(cut.out.equals(whole.out) && cut.told === whole.told, 'the same however it is cut');
      return whole.told;
    },
  };
}

/** A schedule, each of whose draws is made once: it is the same for every input. @param {string} spec @param {number} connection */
function remembered(spec, connection) {
  const schedule = new FaultSchedule(parseFaultSpec(spec), connection);
  const [atMessage, detail] = [new Map(), new Map()];
  return {
    atMessage: (/** @type {number} */ message) => once(atMessage, message, () => schedule.atMessage(message)),
    detail: (/** @type {number} */ message, /** @type {number} */ nth) =>
      once(detail, 2 * message + nth, () => schedule.detail(message, nth)),
  };
}

/** @template T @param {Map<number, T>} known @param {number} key @param {() => T} make @returns {T} */
function once(known, key, make) {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

/** @param {ReturnType<typeof remembered>} schedule @param {Iterable<Uint8Array>} chunks */
function through(schedule, chunks) {
  const frames = new FaultyAnswers(() => /** @type {FaultSchedule} */ (schedule));
  const out = [];
  const told = [];
  for (const chunk of chunks) {
    for (const step of frames.push(new Uint8Array(chunk))) {
      if (step.step === 'bytes') out.push(step.bytes);
      else told.push(step.step === 'told' ? step.fault : step.planned.fault);
    }
  }
  return { out: Buffer.concat([...out, frames.finish()]), told: told.join() };
}
