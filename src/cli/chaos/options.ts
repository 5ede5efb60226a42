import { Command } from 'commander';
import type { ChaosEvent } from '../../chaos/chaos-proxy.ts';
import { StreamError } from '../../stream/stream-error.ts';
import { grouped } from '../../wording/figures.ts';
import { printable } from '../../wording/printable.ts';
import { EXIT } from '../exit-code.ts';
import { faultBody } from '../lines/server-lines.ts';
import { listenError } from '../listen-error.ts';
import { warnOfFaults } from '../option/fault-warnings.ts';
import { helpEnd, STOPPED } from '../option/help-end.ts';
import { addOlderSpelling } from '../option/older-spelling.ts';
import { colours } from '../output/colours.ts';
import { Output } from '../output/output.ts';
import { clockText } from '../output/wording.ts';
import { Shutdown } from '../shutdown.ts';

interface ChaosFlags {
  readonly listen: string;
  readonly to: string;
  readonly chaos: string;
  readonly allowPublic?: boolean;
  readonly json?: boolean;
}

export function chaosCommand(): Command {
  const command = new Command('chaos')
    .description('a proxy before a server that does harm on purpose, on a seeded schedule')
    .option('--listen <host:port>', 'where clients connect; port 0 takes a free one', '127.0.0.1:9000')
    .requiredOption('--to <url>', 'the server, as ws://host:port or wss://host:port')
    .option('--chaos <spec>', 'what goes wrong', '')
    .option(
      '--allow-public',
      'listen on an address that is not loopback, too: the proxy asks nobody for a token',
    )
    .option('--json', 'events as NDJSON on stdout, text on stderr')
    .addHelpText(
      'after',
      `
What goes wrong is a list, as in --chaos 'delay=100ms,jitter=50ms,cut=5s,drop=1%,seed=7':
  delay=100ms jitter=50ms     each way takes longer, and up to so much more
  bandwidth=256kbit           each way, a second (bit, kbit, Mbit, B, kB, MB)
  slow-reader=10kB            the client takes no more than that a second
  slice=1                     bytes that are handed on at once, at most
  cut=WHEN                    the connection is reset
  stall=WHEN:2s               nothing gets through for so long
  half-open=WHEN              from then on all bytes vanish, and no end is told
  close=WHEN:1012             a close frame with that code, then the end
  drop, repeat, swap, flip, truncate=WHEN
                              a data message is missing, comes twice, after the next one, with a
                              bit that is another, or without its end
  seed=7                      another schedule
WHEN is 5s (about every five seconds), 1% (of the data messages) or @100 (once, at the 100th data
message of the first connection). The same seed and the same messages give the same faults.
${helpEnd(
  [
    'tidemark chaos --listen 127.0.0.1:9000 --to ws://127.0.0.1:8000 --chaos cut=5s,seed=7',
    "tidemark chaos --to wss://example.org --chaos 'delay=100ms,drop=1%' --json",
  ],
  { 0: STOPPED, 1: 'usage or I/O' },
)}`,
    )
    .action(runChaos);
  return addOlderSpelling(command, '--insecure', '--allow-public');
}

async function runChaos({ listen, to, chaos, allowPublic, json }: ChaosFlags): Promise<void> {
  const { isLoopback } = await import('../../server/loopback.ts');
  const host = /^(.*):\d+$/.exec(listen)?.[1]; // what is no address is told below
  if (host !== undefined && !isLoopback(host) && allowPublic !== true) {
    const everybody = `to listen on ${host === '' ? 'every address' : host}, which is not loopback, needs --allow-public`;
    throw new StreamError('bad_parameter', everybody);
  }
  const { startChaosProxy } = await import('../../chaos/chaos-proxy.ts');
  const output = new Output({ json: json ?? false });
  warnOfFaults(chaos);
  const onEvent = (event: ChaosEvent) => {
    const wallMs = Date.now();
    output.event(event, wallMs);
    output.text(chaosLine(event, wallMs));
  };
  const starting = startChaosProxy({ listen, to, chaos, onEvent });
  const shutdown = new Shutdown(() => {
    void starting.then(async (proxy) => {
      await proxy.close();
      await shutdown.exit(EXIT.ok, output.flush());
    });
  });
  await starting.catch((error: unknown) => {
    throw listenError(error, {
      host: host ?? '',
      port: Number(/\d+$/.exec(listen)?.[0]),
      option: '--listen',
    });
  });
}

function chaosLine(event: ChaosEvent, wallMs: number): string {
  return `${colours.dim(clockText(wallMs))} ${bodyOf(event)}`;
}

function bodyOf(event: ChaosEvent): string {
  switch (event.event) {
    case 'listening': {
      const what = event.chaos === '' ? 'nothing goes wrong: see --chaos' : event.chaos;
      return `listens on ${colours.bold(event.url)} before ${event.to} (${what}); Ctrl-C stops it`;
    }
    case 'connect':
      return `${colours.green('+')} connection ${grouped(event.connection)} from ${event.remote}`;
    case 'fault':
      return faultBody(event);
    case 'disconnect':
      return `${colours.yellow('-')} connection ${grouped(event.connection)} has ended${event.error === null ? '' : `: ${printable(event.error)}`}`;
  }
}
