/** A client that does not read costs the server no memory. */
import { setTimeout as sleep } from 'node:timers/promises';
import { withScope } from '../../kit/scope.mjs';
import { residentBytes, settledBytes } from '../consumption.mjs';
import { requireProved, startConnect, startTidemark, startUnheardConnect } from '../processes.mjs';

const CLIENTS = 20;
/** More than the server keeps ready, so that what it keeps has its full size before. */
const WARM_UP_MESSAGES = 250_000;
/** More than the kernel holds for a client that does not read. */
const COUNT = 100_000;
const MEBIBYTE = 1024 ** 2;
const START_TIMEOUT_MS = 20_000;
const FINISH_TIMEOUT_MS = 120_000;
const LONG_PING = ['--ping', '1h'];

/** @type {import('../rows.mjs').Row[]} */
export const rows = [
  {
    name: 'stalled',
    what: 'RSS for each of 20 stalled readers',
    compare: 'value',
    unit: 'MiB',
    target: { atMost: 1 },
    run: ({ stallSeconds }) =>
      withScope(async (scope) => {
        const server = await startTidemark(scope, { args: LONG_PING });
        const url = `${server.url}/users?seed=7&rate=max`;
        const warmUp = ['--count', String(WARM_UP_MESSAGES), '--block-size', '1000'];
        await startUnheardConnect(scope, url, warmUp).provedEnds(1, FINISH_TIMEOUT_MS);
        const beforeBytes = await settledBytes(server.pid);

        /** @type {object[]} */
        const ends = [];
        let connected = 0;
        const args = ['--clients', String(CLIENTS), '--client', 'stalled', '--count', String(COUNT)];
        const readers = startConnect(scope, url, [...args, '--block-size', '1000', ...LONG_PING], (event) => {
          if (event.event === 'connected') connected++;
          if (event.event === 'end') ends.push(event);
        });
        await readers.until('connection of all', () => connected === CLIENTS, START_TIMEOUT_MS);
        readers.kill('SIGSTOP');
        /** @type {number[]} */
        const samples = [];
        for (let second = 0; second < stallSeconds; second++) {
          await sleep(1000);
          samples.push(residentBytes(server.pid));
        }
        if (ends.length > 0) throw new Error('the readers had finished before they were stopped');
        readers.kill('SIGCONT');
        await readers.end(FINISH_TIMEOUT_MS);
        requireProved(ends, CLIENTS);
        return {
          runs: [{ ours: (Math.max(...samples) - beforeBytes) / CLIENTS / MEBIBYTE }],
          notes: [`all resumed after ${stallSeconds} s and were proved`],
          details: { beforeBytes, samples },
        };
      }),
  },
];
