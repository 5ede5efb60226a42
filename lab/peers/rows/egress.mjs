/** How fast a server sends: Tidemark's and its peers', counted by one and the same bare client. */

import { withScope } from '../../kit/scope.mjs';
import { texts } from '../../kit/truth.mjs';
import { checkOurs, checkPeer } from '../counted.mjs';
import { alternate } from '../measure.mjs';
import { startPeer, startProgram, startPython, startTidemark } from '../processes.mjs';

const WARM_UP_MS = 500;
const MEASURE_MS = 1000;
const OURS = 'users?seed=7';
/**
 * Only sending is compared: the peers' messages were made before, and so ours are the same ones again and again, few
 * enough (31 MB) that the server keeps them all. Both servers' clients come anew as often.
 */
const READY = { messagesAConnection: 98_304 };

/**
 * @typedef {object} Egress
 * @property {(scope: Scope) => Promise<{ port: number }>} start the peer
 * @property {string} [path]
 * @property {string} [greeting]
 * @property {(message: string) => string} [unwrap]
 * @property {number} [connections]
 * @property {'messagesPerSecond' | 'bytesPerSecond'} [by]
 * @property {boolean} [fresh] whether messages are made on the way
 *
 * @typedef {import('../../kit/scope.mjs').Scope} Scope
 */

/** @param {Egress} egress @returns {import('../rows.mjs').Row['run']} */
function egress({
  start,
  path = '/',
  greeting,
  unwrap,
  connections = 1,
  by = 'messagesPerSecond',
  fresh = false,
}) {
  // Where a greeting is answered, a new connection's first messages would be no records.
  const peerPart = fresh || greeting !== undefined ? {} : READY;
  return ({ alternations }) =>
    withScope(async (scope) => {
      const ours = await startTidemark(scope);
      const peer = await start(scope);
      const client = await startProgram(scope, 'counting-client.mjs');
      const times = { warmUpMs: WARM_UP_MS, measureMs: MEASURE_MS };
      const window = { ...times, connections };
      const oursPart = fresh ? {} : READY;
      let unserved = 0;
      const ask = { port: ours.port, path: `/${OURS}&rate=max` };
      // One client has the server make them all.
      if (!fresh) await client.ask({ ...ask, ...times, ...READY, warmUpPasses: 1 });
      const runs = await alternate(
        alternations,
        async () => {
          const counted = await client.ask({ ...ask, ...window, ...oursPart });
          unserved += counted.unserved;
          checkOurs(OURS, counted.connections);
          return counted[by];
        },
        async () => {
          const counted = await client.ask({ port: peer.port, path, greeting, ...window, ...peerPart });
          checkPeer(counted.connections, unwrap);
          return counted[by];
        },
      );
      return {
        runs,
        notes: unserved > 0 ? [`${unserved} connections to Tidemark got nothing in a run`] : [],
      };
    });
}

/** What is around a message of `OURS` in a response, by what is asked for. */
const RESPONSES = {
  'application/x-ndjson': { around: (/** @type {string} */ text) => `${text}\n`, primed: false },
  'text/event-stream': {
    around: (/** @type {string} */ text, /** @type {number} */ seq) => `id: ${seq}\ndata: ${text}\n\n`,
    primed: true,
  },
};

/**
 * Our messages in a response, over the same as WebSocket frames.
 *
 * @param {keyof typeof RESPONSES} accept
 * @returns {import('../rows.mjs').Row['run']}
 */
function response(accept) {
  const { around, primed } = RESPONSES[accept];
  const count = READY.messagesAConnection;
  return ({ alternations }) =>
    withScope(async (scope) => {
      const { port } = await startTidemark(scope);
      const overHttp = await startProgram(scope, 'counting-response-program.mjs');
      const overWebSocket = await startProgram(scope, 'counting-client.mjs');
      const path = `/${OURS}&rate=max`;
      const part = { port, path: `${path}&count=${count}`, accept };
      const expected = texts(OURS, count, 0).map(around);
      const expectedBytes = expected.reduce((sum, each) => sum + Buffer.byteLength(each), 0);
      const check = (/** @type {{ head: string, tail: string, bytes: number }} */ { head, tail, bytes }) => {
        const primingBytes = primed ? head.indexOf('\n\n') + 2 : 0;
        const whole =
          head.startsWith(expected[0] ?? '', primingBytes) && tail.endsWith(expected.at(-1) ?? '');
        if (!whole || bytes - primingBytes !== expectedBytes)
          throw new Error(`a response of ${bytes} bytes is not the stream's: ${head.slice(0, 80)}`);
      };
      await overHttp.ask({ ...part, measureMs: WARM_UP_MS });
      await overWebSocket.ask({
        port,
        path,
        warmUpMs: WARM_UP_MS,
        measureMs: 100,
        ...READY,
        warmUpPasses: 1,
      });
      const runs = await alternate(
        alternations,
        async () => {
          const { bodies, seconds } = await overHttp.ask({ ...part, measureMs: MEASURE_MS });
          for (const body of bodies) check(body);
          return (bodies.length * count) / seconds;
        },
        async () => {
          const window = { warmUpMs: WARM_UP_MS, measureMs: MEASURE_MS };
          const counted = await overWebSocket.ask({ port, path, ...window, ...READY });
          checkOurs(OURS, counted.connections);
          return counted.messagesPerSecond;
        },
      );
      return { runs };
    });
}

/** `42["message","…"]`: engine.io's message, socket.io's event, and our JSON as a string in its JSON. @param {string} message */
function unwrapSocketIo(message) {
  if (!message.startsWith('42')) throw new Error(`not an event of Socket.IO: ${message.slice(0, 80)}`);
  return JSON.parse(message.slice(2))[1];
}

const startRaw = (/** @type {Scope} */ scope) => startPeer(scope, 'raw-blast.mjs');
const startUws = (/** @type {Scope} */ scope) => startPeer(scope, 'uws-blast.mjs');

/** @type {import('../rows.mjs').Row[]} */
export const rows = [
  {
    name: 'egress-raw',
    what: 'ready, 1 client',
    peer: 'raw net',
    unit: 'B/s',
    target: { atLeast: 0.9 },
    // Half of what was measured on slow days, which is below the target.
    quickTarget: { atLeast: 0.3 },
    quick: true,
    run: egress({ start: startRaw, by: 'bytesPerSecond' }),
  },
  {
    name: 'egress-uws-1',
    what: 'ready, 1 client',
    peer: 'uWebSockets.js',
    unit: 'msg/s',
    target: { atLeast: 2 },
    run: egress({ start: startUws }),
  },
  {
    name: 'egress-uws-100',
    what: 'ready, 100 clients',
    peer: 'uWebSockets.js',
    unit: 'msg/s',
    target: { atLeast: 2 },
    run: egress({ start: startUws, connections: 100 }),
  },
  {
    name: 'egress-ws',
    what: 'ready, 1 client',
    peer: 'ws',
    unit: 'msg/s',
    target: { atLeast: 40 },
    quick: true,
    run: egress({ start: (scope) => startPeer(scope, 'ws-blast.mjs') }),
  },
  {
    name: 'egress-socketio',
    what: 'ready, 1 client',
    peer: 'Socket.IO',
    unit: 'msg/s',
    target: { atLeast: 40 },
    run: egress({
      start: (scope) => startPeer(scope, 'socketio-blast.mjs'),
      path: '/socket.io/?EIO=4&transport=websocket',
      greeting: '40',
      unwrap: unwrapSocketIo,
    }),
  },
  {
    name: 'egress-lines',
    what: 'ready, as NDJSON, 1 client',
    peer: 'our WebSocket',
    unit: 'msg/s',
    target: { atLeast: 0.85 },
    run: response('application/x-ndjson'),
  },
  {
    name: 'egress-events',
    what: 'ready, as SSE, 1 client',
    peer: 'our WebSocket',
    unit: 'msg/s',
    target: { atLeast: 0.85 },
    run: response('text/event-stream'),
  },
  {
    name: 'egress-python',
    what: 'made on the way',
    peer: 'Python, Faker',
    unit: 'msg/s',
    target: { atLeast: 100 },
    run: egress({ start: (scope) => startPython(scope, 'python_feed.py'), fresh: true }),
  },
  {
    name: 'egress-fresh',
    what: 'made on the way',
    peer: 'raw net',
    unit: 'B/s',
    run: egress({ start: startRaw, by: 'bytesPerSecond', fresh: true }),
  },
];
