/** All of it, end to end: made, sent, taken, verified, in two processes, as the commands do it. */
import { alternate } from '../measure.mjs';
import {
  requireProved,
  startConnect,
  startPeer,
  startProgram,
  startTidemark,
  withChildren,
} from '../processes.mjs';

const MEASURE_MS = 4000;
const BLOCK_MESSAGES = 100;
const TRIAL_MESSAGES = 50_000;
const PEER_MESSAGES = 20_000;

/** Every run takes a seed of its own, so that no message has been made before. */
async function proveAt(url, seed, count) {
  const args = ['--block', String(BLOCK_MESSAGES), '--count', String(count)];
  const { child, ends } = startConnect(`${url}/users?seed=${seed}&rate=max`, args);
  try {
    const [end, ...more] = await ends();
    requireProved(end === undefined ? [] : [end, ...more], 1);
    return (end.messages * 1000) / end.duration_ms;
  } finally {
    await child.end();
  }
}

export const rows = [
  {
    name: 'proven',
    what: 'all, proved',
    peer: 'ws + faker, unproved',
    unit: 'msg/s',
    target: { atLeast: 60 },
    run: ({ alternations }) =>
      withChildren(async (keep) => {
        const ours = keep(await startTidemark());
        const naive = keep(await startPeer('peers/naive-server.mjs'));
        const { child: counter } = keep(await startProgram('peers/ws-client-program.mjs'));
        const trialPerSecond = await proveAt(ours.url, 1000, TRIAL_MESSAGES);
        const count = Math.ceil((trialPerSecond * MEASURE_MS) / 1000 / BLOCK_MESSAGES) * BLOCK_MESSAGES;
        const runs = await alternate(
          alternations,
          (i) => proveAt(ours.url, 2000 + i, count),
          () => counter.ask({ url: naive.url, count: PEER_MESSAGES, measureMs: MEASURE_MS }),
        );
        return { runs };
      }),
  },
];
