import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { connect } from '../../client/connect.ts';
import type { ClientEvent, EndEvent } from '../../client/run/client-event.ts';
import type { ClientRun } from '../../client/run/client-run.ts';
import type { ServerEvent } from '../../server/options/server-event.ts';
import { EXIT } from '../exit-code.ts';
import { clientLine, verdictLine } from '../lines/client-lines.ts';
import { serverLine } from '../lines/server-lines.ts';
import { colours } from '../output/colours.ts';
import { Output } from '../output/output.ts';
import { durationText } from '../output/wording.ts';
import { Shutdown } from '../shutdown.ts';
import { demoOutcome } from './demo-outcome.ts';
import { whenNpmShellHasGone } from './npm-shell.ts';
import type { DemoFlags } from './options.ts';

/** Three clients with different kinds of data, rates and block sizes. */
const CLIENTS = [
  { client: 'alice', stream: '/users?seed=7&rate=5', block: 5, colour: colours.cyan },
  { client: 'bob', stream: '/arrays?shape=2,3&dist=normal&rate=10', block: 20, colour: colours.magenta },
  { client: 'carol', stream: '/bytes?size=1024&rate=100', block: 250, colour: colours.blue },
] as const;

const FIRST_KILL_MS = 8000;
const KILL_INTERVAL_MS = 30_000;
const DOWN_MS = 1500;
const NAME_WIDTH = 6;

/** Runs `tidemark demo`. The server is a process of its own, so that it really can be killed. */
export async function runDemo(flags: DemoFlags): Promise<void> {
  const output = new Output({ json: false });
  const say = (name: string, line: string) => {
    output.text(`${name.padEnd(NAME_WIDTH)} ${colours.dim('│')} ${line}`);
  };
  const server = new ServerProcess(flags.port, say);
  let runs: readonly ClientRun[] = [];
  let kills: Kills | undefined;
  const shutdown = new Shutdown(() => {
    clearTimeout(kills?.timer);
    for (const run of runs) run.stop();
  });
  whenNpmShellHasGone(() => {
    // A second signal would leave the server behind.
    if (shutdown.exitCode === undefined) process.kill(process.pid, 'SIGTERM');
  });
  say('demo', beginText(flags));
  await server.start();
  if (shutdown.exitCode === undefined) {
    runs = CLIENTS.map(({ client, stream, block, colour }) => {
      return startClient(`${server.url}${stream}`, client, block, (line) => {
        say(colour(client.padEnd(NAME_WIDTH)), line);
      });
    });
    kills = flags.kill ? killNowAndThen(server, say) : undefined;
  }
  const clients = await Promise.all(
    runs.map(async ({ client, closed }) => ({ client, verdict: await closed })),
  );
  await server.stop();
  const { word, text } = demoOutcome(clients, kills?.count ?? 0);
  output.text(`${WORD_COLOURS[word](colours.bold(word))} ${text}`);
  const code = word === 'FAILED' ? EXIT.integrity : (shutdown.exitCode ?? EXIT.interrupted);
  await shutdown.exit(code, output.flush());
}

const WORD_COLOURS = { PROVED: colours.green, FAILED: colours.red, INTERRUPTED: colours.yellow } as const;

function beginText({ kill }: DemoFlags): string {
  const killed = kill
    ? `, which is killed after ${durationText(FIRST_KILL_MS)}: they go on where they were`
    : '';
  return `${CLIENTS.length} clients take different streams of one server${killed}; Ctrl-C ends it`;
}

function startClient(url: string, client: string, block: number, say: (line: string) => void): ClientRun {
  const onEvent = (event: ClientEvent) => {
    const line = event.event === 'end' ? verdictLine(event as EndEvent) : clientLine(event, Date.now());
    if (line !== undefined) say(line);
  };
  return connect(url, { client, block, onEvent }).start();
}

/** Kills the server, or starts it again, at the next `timer`. */
interface Kills {
  timer: NodeJS.Timeout;
  count: number;
}

function killNowAndThen(server: ServerProcess, say: (name: string, line: string) => void): Kills {
  const kills = { timer: setTimeout(kill, FIRST_KILL_MS), count: 0 };
  return kills;

  function kill(): void {
    say('demo', colours.yellow('kills the server with -9, and starts another: watch the clients go on'));
    server.kill();
    kills.count++;
    kills.timer = setTimeout(restart, DOWN_MS);
  }

  async function restart(): Promise<void> {
    kills.timer = setTimeout(kill, KILL_INTERVAL_MS);
    try {
      await server.start();
    } catch (error) {
      // Another process has taken its port meanwhile, perhaps only for a moment.
      say('demo', colours.yellow((error as Error).message));
      clearTimeout(kills.timer);
      kills.timer = setTimeout(restart, DOWN_MS);
    }
  }
}

/** `tidemark serve` as a child process; its events are shown as a server's lines. */
class ServerProcess {
  readonly #say: (name: string, line: string) => void;
  #port: number;
  #url = '';
  #child: ChildProcess | undefined;

  /** @param port 0 takes a free one, and keeps it across restarts */
  constructor(port: number, say: (name: string, line: string) => void) {
    this.#port = port;
    this.#say = say;
  }

  /** Its URL, once it listens. */
  get url(): string {
    return this.#url;
  }

  /** Resolves once the server listens; rejects if it can't. */
  async start(): Promise<void> {
    // The build puts the whole command into one folder.
    const program = fileURLToPath(new URL('./tidemark.js', import.meta.url));
    const child = spawn(process.execPath, [program, 'serve', '--port', String(this.#port), '--json'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, TIDEMARK_TOKEN: '' }, // the clients bring none
      detached: true, // Ctrl-C is for the demo, which stops the server when the clients have left
    });
    this.#child = child;
    let complaints = '';
    child.stderr.on('data', (chunk) => {
      complaints += chunk;
    });
    await new Promise<void>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${complaints.trim()}`)));
      createInterface({ input: child.stdout }).on('line', (line) => {
        const { at, ...event } = JSON.parse(line) as ServerEvent & { at: string };
        if (event.event === 'listening') {
          this.#url = event.url;
          this.#port = Number(new URL(event.url).port);
          this.#say('server', colours.green(`listens on ${event.url}`));
          resolve();
        }
        const text = serverLine(event as ServerEvent, Date.parse(at));
        if (text !== undefined) this.#say('server', text);
      });
    });
  }

  kill(): void {
    this.#child?.kill('SIGKILL');
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
}
