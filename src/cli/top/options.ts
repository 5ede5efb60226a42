import { Command } from 'commander';
import { helpEnd } from '../option/help-end.ts';
import {
  type AdminTokenFlags,
  addAdminTokenOptions,
  addTokenOptions,
  type TokenFlags,
} from '../option/token-option.ts';

export interface TopFlags extends TokenFlags, AdminTokenFlags {
  readonly ca?: string;
  readonly once?: boolean;
  readonly json?: boolean;
}

export const TOP_URL = 'http://127.0.0.1:8000';

/** @param run what happens */
export function topCommand(run: (url: string | undefined, flags: TopFlags) => Promise<void>): Command {
  const command = new Command('top')
    .description('watch who is connected to a server, what each gets and how it fares, until q')
    .argument('[url]', `http://, https://, ws:// or wss:// address of a server (default: "${TOP_URL}")`)
    .option(
      '--ca <file>',
      "certificates in PEM that an https:// server is trusted by, in place of the system's",
    )
    .option('--once', 'print it once, as text, as it is done where the output is no terminal')
    .option('--json', 'what the server tells, as NDJSON: until Ctrl-C, or with --once the first second')
    .addHelpText(
      'after',
      `
Keys: / filters, s and r sort, p pauses, ? says the rest, q quits.
${helpEnd(
  [
    'tidemark top',
    'tidemark top https://feeds.example.org --token-file token',
    'tidemark top --once | grep alice',
  ],
  {
    0: 'you quit, or it was printed once',
    1: 'usage or I/O, as where no server answers',
    130: 'ended by Ctrl-C',
    143: 'ended by SIGTERM or SIGHUP',
  },
)}`,
    )
    .action((url: string | undefined, flags: TopFlags) => run(url, flags));
  return addAdminTokenOptions(addTokenOptions(command, 'access token of the server'));
}
