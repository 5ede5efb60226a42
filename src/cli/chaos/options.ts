import { Command } from 'commander';
import { helpEnd, STOPPED } from '../option/help-end.ts';
import { addOlderSpelling } from '../option/older-spelling.ts';

export interface ChaosFlags {
  readonly listen: string;
  readonly to: string;
  readonly chaos: string;
  readonly allowPublic?: boolean;
  readonly json?: boolean;
}

/** @param run what happens */
export function chaosCommand(run: (flags: ChaosFlags) => Promise<void>): Command {
  const command = new Command('chaos')
    .description('a proxy before a server that does harm on purpose, on a seeded schedule')
    .option('--listen <host:port>', 'where clients connect; port 0 takes a free one', '127.0.0.1:9000')
    .requiredOption('--to <url>', 'the server, as ws://, wss://, http:// or https://host:port')
    .option('--chaos <spec>', 'what goes wrong', '')
    .option(
      '--allow-public',
      'listen on an address that is not loopback, too: the proxy asks nobody for a token',
    )
    .option('--json', 'events as NDJSON on stdout, text on stderr')
    .addHelpText(
      'after',
      `
What goes wrong is a list, as in --chaos 'delay=100ms,cut=5s,drop=1%,seed=7':
  delay=100ms jitter=50ms  each way takes longer, and up to so much more
  bandwidth=256kbit        each way, a second (bit, kbit, Mbit, B, kB, MB)
  slow-reader=10kB         the client takes no more than that a second
  slice=1                  bytes that are handed on at once, at most
  cut=WHEN                 the connection is reset
  stall=WHEN:2s            nothing gets through for so long
  half-open=WHEN           from then on all bytes vanish, and no end is told
  close=WHEN:1012          a close frame, or what a response has in its place,
                           with that code, then the end
  drop, repeat, swap, flip, truncate=WHEN
                           a data message is missing, comes twice, after the
                           next one, with a bit that is another, or without its
                           end
  no-id, same-id=WHEN      a server-sent event has no id, or that of the event
                           before
  seed=7                   another schedule
WHEN is 5s (about every five seconds), 1% (of the data messages), @100 (once, at
the 100th data message of the first stream) or @1/2 (at the first of the second,
as after a resume). A stream is a WebSocket, or a response of server-sent events
or of NDJSON; all else, as an answer to receipts or a JSON array, passes
unharmed, but for what its path is like. The same seed and the same messages
give the same faults.
${helpEnd(
  [
    'tidemark chaos --listen 127.0.0.1:9000 --to ws://127.0.0.1:8000 --chaos cut=5s,seed=7',
    "tidemark chaos --to https://example.org --chaos 'delay=100ms,drop=1%' --json",
  ],
  { 0: STOPPED, 1: 'usage or I/O' },
)}`,
    )
    .action((flags: ChaosFlags) => run(flags));
  return addOlderSpelling(command, '--insecure', '--allow-public');
}
