/** A client that does not read costs the server no memory. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  requireProved,
  residentBytes,
  settledBytes,
  startConnect,
  startTidemark,
  withChildren,
} from '../processes.mjs';

const CLIENTS = 20;
/** More than the server keeps ready, so that what it keeps has its full size before. */
const WARM_UP_MESSAGES = 250_000;
/** More than the kernel holds for a client that does not read. */
const COUNT = 100_000;
const MEBIBYTE = 1024 ** 2;
const START_TIMEOUT_MS = 20_000;
const FINISH_TIMEOUT_MS = 120_000;
const LONG_PING = ['--ping', '1h'];

async function inTime(promise, timeoutMs, what) {
  const given = new AbortController();
  const late = sleep(timeoutMs, undefined, { signal: given.signal }).then(
    () => Promise.reject(new Error(`${what} took longer than ${timeoutMs / 1000} s`)),
    () => {},
  );
  return Promise.race([promise, late]).finally(() => given.abort());
}

export const rows = [
  {
    name: 'stalled',
    what: 'RSS for each of 20 stalled readers',
    compare: 'value',
    unit: 'MiB',
    target: { atMost: 1 },
    run: ({ stallSeconds }) =>
      withChildren(async (keep) => {
        const server = keep(await startTidemark({ args: LONG_PING }));
        const url = `${server.url}/users?seed=7&rate=max`;
        const warmUp = keep(startConnect(url, ['--count', String(WARM_UP_MESSAGES), '--block-size', '1000']));
        requireProved(await inTime(warmUp.ends(), FINISH_TIMEOUT_MS, 'the warm-up'), 1);
        const beforeBytes = await settledBytes(server.child.pid);

        const ends = [];
        let connected = 0;
        let allConnected = () => {};
        const there = new Promise((resolve) => {
          allConnected = resolve;
        });
        const onEvent = (event) => {
          if (event.event === 'connected' && ++connected === CLIENTS) allConnected();
          if (event.event === 'end') ends.push(event);
        };
        const args = ['--clients', String(CLIENTS), '--client', 'stalled', '--count', String(COUNT)];
        const readers = keep(
          startConnect(url, [...args, '--block-size', '1000', ...LONG_PING], { onEvent }),
        ).child;
        await inTime(there, START_TIMEOUT_MS, 'the connecting');
        readers.kill('SIGSTOP');
        const samples = [];
        for (let second = 0; second < stallSeconds; second++) {
          await sleep(1000);
          samples.push(residentBytes(server.child.pid));
        }
        if (ends.length > 0) throw new Error('readers were done before they were stopped');
        readers.kill('SIGCONT');
        await inTime(readers.ended, FINISH_TIMEOUT_MS, 'the reading after the stall');
        requireProved(ends, CLIENTS);
        return {
          runs: [{ ours: (Math.max(...samples) - beforeBytes) / CLIENTS / MEBIBYTE }],
          notes: [`they went on after ${stallSeconds} s, and all were proved`],
          details: { beforeBytes, samples },
        };
      }),
  },
];
