/** What a client costs a server that has nothing to send to it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { withScope } from '../../kit/scope.mjs';
import { settledBytes } from '../consumption.mjs';
import { startProgram, startTidemark } from '../processes.mjs';

const WARM_UP_CLIENTS = 500;
const KIBIBYTE = 1024;
const COLLECTOR = fileURLToPath(new URL('../programs/collect-on-signal.mjs', import.meta.url));

/** @param {{ collect: boolean }} options @returns {import('../rows.mjs').Row['run']} */
function idle({ collect }) {
  return ({ idleClients }) =>
    withScope(async (scope) => {
      const nodeArguments = collect ? ['--expose-gc', '--import', COLLECTOR] : [];
      // Bare sockets answer no pings, and are not to be dropped for it.
      const server = await startTidemark(scope, { nodeArguments, args: ['--ping', '1h'] });
      const holder = await startProgram(scope, 'idle-program.mjs');
      const address = { port: server.port, path: '/users?seed=7&rate=1/h', subprotocol: 'tidemark.v1' };
      const resident = async () => {
        await sleep(1000);
        if (collect) server.kill('SIGUSR2');
        return settledBytes(server.pid);
      };
      await holder.ask({ ...address, connections: WARM_UP_CLIENTS });
      await holder.ask({ connections: 0 });
      const emptyBytes = await resident();
      await holder.ask({ ...address, connections: idleClients });
      const heldBytes = await resident();
      return {
        runs: [{ ours: (heldBytes - emptyBytes) / idleClients / KIBIBYTE }],
        details: { emptyBytes, heldBytes, clients: idleClients },
      };
    });
}

/** @type {import('../rows.mjs').Row[]} */
export const rows = [
  {
    name: 'idle-memory',
    what: 'RSS for each idle client, of 5,000',
    compare: 'value',
    unit: 'KiB',
    target: { atMost: 6 },
    run: idle({ collect: false }),
  },
  {
    name: 'idle-memory-gc',
    what: 'the same, garbage collected',
    compare: 'value',
    unit: 'KiB',
    run: idle({ collect: true }),
  },
];
