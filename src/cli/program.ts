import { Command } from 'commander';
import { VERSION } from '../version.ts';
import { agentCommand } from './agent/options.ts';
import { benchCommand } from './bench/options.ts';
import { chaosCommand } from './chaos/options.ts';
import { compareCommand } from './compare/options.ts';
import { completionCommand } from './completion/options.ts';
import { connectCommand } from './connect/options.ts';
import { demoCommand } from './demo/options.ts';
import { genCommand } from './gen/options.ts';
import { helpEnd } from './option/help-end.ts';
import { speakPlainly } from './option/usage-sentence.ts';
import { publishCommand } from './publish/options.ts';
import { reportCommand } from './report/options.ts';
import { selftestCommand } from './selftest/options.ts';
import { serveCommand } from './serve/options.ts';
import type { Surroundings } from './settings/settle.ts';
import { takeSettings } from './settings/take-settings.ts';
import { topCommand } from './top/options.ts';
import { verifyCommand } from './verify/options.ts';

/** The command line. A command's code is loaded when it is run, so that help is fast. */
export function tidemarkProgram(
  surroundings: Surroundings = { variables: process.env, folder: '.' },
): Command {
  const program = new Command('tidemark')
    .description(
      'iperf for message streams: an endless, reproducible feed, and proof of what arrived and how fast',
    )
    .version(VERSION, '-v, --version')
    .addHelpText(
      'after',
      `
Options of a command come from the command line, else from the environment, else
from a config file, else they have their defaults: see tidemark serve --help.
${helpEnd(
  [
    'tidemark demo',
    'tidemark serve --port 8000',
    "tidemark connect 'ws://127.0.0.1:8000/users?seed=7' -n 100",
  ],
  {
    0: 'done, and proved where there is something to prove',
    1: 'usage or I/O',
    2: 'what came is not what was sent',
    3: 'a measurement is invalid',
    99: 'a threshold was crossed',
    130: 'interrupted by Ctrl-C',
    143: 'ended by SIGTERM or SIGHUP',
  },
)}`,
    )
    .addCommand(serveCommand(async (flags) => (await import('./serve/run.ts')).runServe(flags)))
    .addCommand(
      connectCommand(async (urls, flags) => (await import('./connect/run.ts')).runConnect(urls, flags)),
    )
    .addCommand(genCommand(async (stream, flags) => (await import('./gen/run.ts')).runGen(stream, flags)))
    .addCommand(
      verifyCommand(async (stream, file, flags) =>
        (await import('./verify/run.ts')).runVerify(stream, file, flags),
      ),
    )
    .addCommand(
      publishCommand(async (stream, flags) => (await import('./publish/run.ts')).runPublish(stream, flags)),
    )
    .addCommand(benchCommand(async (url, flags) => (await import('./bench/run.ts')).runBench(url, flags)))
    .addCommand(agentCommand(async (flags) => (await import('./agent/run.ts')).runAgent(flags)))
    .addCommand(
      reportCommand(async (path, flags) => (await import('./report/run.ts')).runReport(path, flags)),
    )
    .addCommand(
      compareCommand(async (a, b, flags) => (await import('./compare/run.ts')).runCompare(a, b, flags)),
    )
    .addCommand(chaosCommand(async (flags) => (await import('./chaos/run.ts')).runChaos(flags)))
    .addCommand(selftestCommand(async (flags) => (await import('./selftest/run.ts')).runSelftest(flags)))
    .addCommand(topCommand(async (url, flags) => (await import('./top/run.ts')).runTop(url, flags)))
    .addCommand(demoCommand(async (flags) => (await import('./demo/run.ts')).runDemo(flags)))
    .addCommand(
      completionCommand(async (shell, program) =>
        (await import('./completion/run.ts')).runCompletion(shell, program),
      ),
    );
  for (const command of program.commands) takeSettings(command, surroundings);
  speakPlainly(program);
  return program;
}
