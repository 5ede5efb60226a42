/** How fast a server sends: Tidemark's and its peers', counted by one and the same bare client. */
import { alternate } from '../measure.mjs';
import { startPeer, startProgram, startPython, startTidemark, withChildren } from '../processes.mjs';
import { checkOurs, checkPeer } from '../truth.mjs';

const WARM_UP_MS = 500;
const MEASURE_MS = 1000;
const OURS = 'users?seed=7';

function egress({ start, path = '/', greeting, unwrap, connections = 1, by = 'messagesPerSecond' }) {
  return ({ alternations }) =>
    withChildren(async (keep) => {
      const ours = keep(await startTidemark());
      const peer = keep(await start());
      const { child: client } = keep(await startProgram('counting-client.mjs'));
      const window = { connections, warmUpMs: WARM_UP_MS, measureMs: MEASURE_MS };
      const runs = await alternate(
        alternations,
        async () => {
          const counted = await client.ask({ port: ours.port, path: `/${OURS}&rate=max`, ...window });
          await checkOurs(OURS, counted.connections);
          return counted[by];
        },
        async () => {
          const counted = await client.ask({ port: peer.port, path, greeting, ...window });
          checkPeer(counted.connections, unwrap);
          return counted[by];
        },
      );
      return { runs };
    });
}

/** `42["message","…"]`: engine.io's message, socket.io's event, and our JSON as a string in its JSON. */
function unwrapSocketIo(message) {
  if (!message.startsWith('42')) throw new Error(`not an event of Socket.IO: ${message.slice(0, 80)}`);
  return JSON.parse(message.slice(2))[1];
}

export const rows = [
  {
    name: 'egress-raw',
    what: 'server to one client, all it takes',
    peer: 'raw net',
    unit: 'B/s',
    target: { atLeast: 0.9 },
    quick: true,
    run: egress({ start: () => startPeer('peers/raw-blast.mjs'), by: 'bytesPerSecond' }),
  },
  {
    name: 'egress-uws-1',
    what: 'server to 1 client',
    peer: 'uWebSockets.js',
    unit: 'msg/s',
    target: { atLeast: 2 },
    run: egress({ start: () => startPeer('peers/uws-blast.mjs') }),
  },
  {
    name: 'egress-uws-100',
    what: 'server to 100 clients',
    peer: 'uWebSockets.js',
    unit: 'msg/s',
    target: { atLeast: 2 },
    run: egress({ start: () => startPeer('peers/uws-blast.mjs'), connections: 100 }),
  },
  {
    name: 'egress-ws',
    what: 'server to 1 client',
    peer: 'ws',
    unit: 'msg/s',
    target: { atLeast: 40 },
    quick: true,
    run: egress({ start: () => startPeer('peers/ws-blast.mjs') }),
  },
  {
    name: 'egress-socketio',
    what: 'server to 1 client',
    peer: 'Socket.IO',
    unit: 'msg/s',
    target: { atLeast: 40 },
    run: egress({
      start: () => startPeer('peers/socketio-blast.mjs'),
      path: '/socket.io/?EIO=4&transport=websocket',
      greeting: '40',
      unwrap: unwrapSocketIo,
    }),
  },
  {
    name: 'egress-python',
    what: 'server to 1 client, records made on the way',
    peer: 'Python websockets',
    unit: 'msg/s',
    target: { atLeast: 100 },
    note: "the peer's records are random choices from short lists: faker for Python would be slower still",
    run: egress({ start: () => startPython('peers/python_feed.py') }),
  },
];
