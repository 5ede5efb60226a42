/** Every byte comes alone, both ways: what is put together from them is whole, and the measured speed shows it. */
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { quantile } from '../../kit/quantile.mjs';
import { serve } from '../../kit/tidemark.mjs';
import { texts } from '../../kit/truth.mjs';
import { chaosProxy, takenThrough } from '../chaos.mjs';
import { kilobytes, sliceFaults } from '../evidence.mjs';

const SPEC = 'slice=1';
const STREAM = 'users?seed=7';
const CLIENTS = 10;
const MESSAGES = 500;
const SHORT_MESSAGES = 200;
const READ_BYTES = 10_000;
/** For the latency, which nothing has at full speed; slow enough for the path to keep up with all clients. */
const PER_SECOND = 20;
const PACED_MESSAGES = 60;
const SHORT_PACED_MESSAGES = 20;

/** @param {import('../campaigns.mjs').Setting} setting */
async function run({ scope, tally, runs, short }) {
  const server = await serve(scope);
  const expected = texts(STREAM, short ? SHORT_MESSAGES : MESSAGES);
  const clients = Math.min(CLIENTS, runs);
  const fast = { server, stream: STREAM, delivery: 'rate=max', clients, block: 10, expected };
  const slow = expected.slice(0, short ? SHORT_PACED_MESSAGES : PACED_MESSAGES);
  const paced = { ...fast, delivery: `rate=${PER_SECOND}`, expected: slow };
  const whole = await right(scope, fast, '');
  const wholePaced = await right(scope, paced, '');
  const slicedPaced = await right(scope, paced, SPEC);
  const bytesARead = await meanRead(scope, server);
  /** @type {number[]} */
  const speeds = [];
  for (let done = 0; done < runs; done += CLIENTS) {
    tally.progress(done, runs);
    const setting = { ...fast, clients: Math.min(CLIENTS, runs - done) };
    const sliced = await takenThrough(scope, { ...setting, spec: SPEC });
    speeds.push(sliced.bytesPerSecond);
    for (const each of sliced.runs) tally.run(each.faults, each);
  }
  const [slowest, fastest] = [Math.min(...speeds), Math.max(...speeds)];
  const faults = short ? [] : sliceFaults({ bytesARead, whole: whole.bytesPerSecond, fastest });
  if (faults.length > 0) tally.run(faults);
  tally.note(
    `measured: ${kilobytes(slowest)} to ${kilobytes(fastest)} kB/s of messages, ${clients} clients together; without slices ${kilobytes(whole.bytesPerSecond)} kB/s`,
  );
  tally.note(
    `latency at ${PER_SECOND} a second: ${latency(slicedPaced)}; without slices ${latency(wholePaced)}; a plain reader got ${bytesARead.toFixed(1)} bytes at once`,
  );
}

/**
 * What the runs are compared with must be right itself.
 *
 * @param {import('../../kit/scope.mjs').Scope} scope
 * @param {Omit<import('../chaos.mjs').Taking, 'spec'>} setting
 * @param {string} spec
 */
async function right(scope, setting, spec) {
  const taken = await takenThrough(scope, { ...setting, spec });
  const [wrong] = taken.runs.flatMap(({ faults }) => faults);
  if (wrong !== undefined) throw new Error(`${setting.delivery}, ${spec || 'without slices'}: ${wrong}`);
  return taken;
}

/** What a reader with nothing of ours in it gets at once, in the mean. @param {import('../../kit/scope.mjs').Scope} scope @param {import('../../kit/tidemark.mjs').Listening} server */
async function meanRead(scope, server) {
  const proxy = await chaosProxy(scope, server.url, SPEC);
  const { hostname, port, host } = new URL(proxy.url);
  const socket = connect({ host: hostname, port: Number(port) });
  scope.defer(() => socket.destroy());
  const headers = [
    ...[`Host: ${host}`, 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'],
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
  ];
  socket.write([`GET /${STREAM}&rate=${PER_SECOND} HTTP/1.1`, ...headers, '', ''].join('\r\n'));
  let [bytes, reads] = [0, 0];
  for await (const chunk of socket) {
    bytes += chunk.length;
    reads++;
    if (bytes >= READ_BYTES) break;
  }
  await proxy.killNow();
  if (bytes < READ_BYTES) throw new Error(`a plain reader got ${bytes} bytes, and then the end`);
  return bytes / reads;
}

/** @param {{ runs: readonly import('../chaos.mjs').Taken[] }} taken */
function latency({ runs }) {
  const latencies = runs.flatMap(({ timed }) => timed.map(({ latency_ms }) => latency_ms));
  return `p50 ${quantile(latencies, 0.5).toFixed(1)}, p99 ${quantile(latencies, 0.99).toFixed(1)} ms`;
}

/** @type {import('../campaigns.mjs').Campaign} */
export const slice = {
  name: 'slice',
  fault: 'every byte comes alone, both ways',
  runs: 50,
  shortRuns: CLIENTS,
  run,
};
