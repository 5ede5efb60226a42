import { type ChaosEvent, type ChaosProxy, startChaosProxy } from '../../chaos/chaos-proxy.ts';
import { connect } from '../../client/connect.ts';
import type { ClientEvent } from '../../client/run/client-event.ts';
import type { ClientRun } from '../../client/run/client-run.ts';
import type { ServerEvent } from '../../server/options/server-event.ts';
import { EXIT } from '../exit-code.ts';
import { cut, wrapped } from '../output/cells.ts';
import { colours } from '../output/colours.ts';
import { Output } from '../output/output.ts';
import { durationText } from '../output/wording.ts';
import { ownName } from '../own-name.ts';
import { Shutdown } from '../shutdown.ts';
import { type CastMember, HARM, MALLORY, PROVED_CLIENTS, streamUrl } from './cast.ts';
import { Crashes, FIRST_CRASH_MS } from './crashes.ts';
import { ClientDemoLines, harmLine, serverDemoLine, takesLine } from './demo-lines.ts';
import { type ClientOutcome, demoOutcome, outcomeTable } from './demo-outcome.ts';
import { DemoServer } from './demo-server.ts';
import { HarmTally } from './harm-tally.ts';
import { whenNpmShellHasGone } from './npm-shell.ts';
import type { DemoFlags } from './options.ts';

const NAME_WIDTH = 7;
const NAME_COLOURS = [colours.cyan, colours.magenta, colours.blue] as const;

/** Runs `tidemark demo`. */
export async function runDemo(flags: DemoFlags): Promise<void> {
  const output = new Output({ json: false });
  const say = (name: string, line: string, colour: (text: string) => string = (text) => text) => {
    output.text(cut(`${colour(name.padEnd(NAME_WIDTH))} ${colours.dim('│')} ${line}`, output.columns));
  };
  const demo = new RunningDemo(flags, say);
  const shutdown = new Shutdown(() => demo.stop(), { atOnce: () => demo.kill() });
  whenNpmShellHasGone(() => {
    // A second signal would end it at once.
    if (shutdown.exitCode === undefined) process.kill(process.pid, 'SIGTERM');
  });
  const clients = await demo.run();
  for (const line of outcomeTable(clients)) output.text(line);
  const { word, text } = demoOutcome(clients, demo.kills);
  output.text(wrapped(`${WORD_COLOURS[word](colours.bold(word))} ${text}`, output.columns));
  const code = word === 'FAILED' ? EXIT.integrity : (shutdown.exitCode ?? EXIT.interrupted);
  await shutdown.exit(code, output.flush());
}

const WORD_COLOURS = { PROVED: colours.green, FAILED: colours.red, INTERRUPTED: colours.yellow } as const;

/** Says one line of somebody's. */
type Say = (name: string, line: string, colour?: (text: string) => string) => void;

class RunningDemo {
  readonly #flags: DemoFlags;
  readonly #say: Say;
  readonly #server: DemoServer;
  readonly #crashes: Crashes;
  readonly #harm = new HarmTally();
  #runs: readonly ClientRun[] = [];
  #greeted = false;
  #stopped = false;

  constructor(flags: DemoFlags, say: Say) {
    this.#flags = flags;
    this.#say = say;
    this.#server = new DemoServer(flags.port, (event) => this.#tellServer(event));
    this.#crashes = new Crashes(this.#server, (what) => {
      const kill = 'kills the server with -9, and starts another: watch the clients go on';
      say('demo', colours.yellow(what === 'kill' ? kill : what.message));
    });
  }

  get kills(): number {
    return this.#crashes.count;
  }

  /** Resolves when all clients have left, and the server has gone. */
  async run(): Promise<{
    honest: ClientOutcome[];
    harmed: (ClientOutcome & { harm: HarmTally }) | undefined;
  }> {
    await this.#server.start();
    let path: ChaosProxy | undefined;
    if (!this.#stopped) {
      path = await startChaosProxy({
        to: this.#server.url,
        chaos: HARM,
        onEvent: (event) => this.#tellPath(event),
      });
    }
    if (path !== undefined && !this.#stopped) this.#startAll(path.url);
    const ended = await Promise.all(
      this.#runs.map(async ({ client, closed }) => ({ client, verdict: await closed })),
    );
    await path?.close();
    await this.#server.stop();
    const harmed = ended.find(({ client }) => client === MALLORY.client);
    return {
      honest: ended.filter((each) => each !== harmed),
      harmed: harmed === undefined ? undefined : { ...harmed, harm: this.#harm },
    };
  }

  /** Ends the server, whatever it is doing. */
  kill(): void {
    this.#server.kill();
  }

  stop(): void {
    this.#stopped = true;
    this.#crashes.stop();
    for (const run of this.#runs) run.stop();
  }

  #startAll(pathUrl: string): void {
    const honest = PROVED_CLIENTS.map((member, index) =>
      this.#startClient(member, this.#server.url, NAME_COLOURS[index]),
    );
    const harmed = this.#startClient(MALLORY, pathUrl, colours.yellow, (event) => {
      if (event.event === 'block') this.#harm.block();
      if (event.event === 'disconnected') this.#harm.broke();
      if (event.event === 'mismatch') this.#harm.foundWrong();
    });
    this.#runs = [...honest, harmed];
    if (this.#flags.crash) this.#crashes.begin();
  }

  #startClient(
    member: CastMember,
    url: string,
    colour = colours.cyan,
    note: (event: ClientEvent) => void = () => {},
  ): ClientRun {
    const { client, block } = member;
    const lines = new ClientDemoLines();
    this.#say(client, takesLine(member), colour);
    const onEvent = (event: ClientEvent) => {
      note(event);
      const line = lines.line(event);
      if (line !== undefined) this.#say(client, line, colour);
    };
    return connect(streamUrl(url, member), { client, block, onEvent }).start();
  }

  #tellServer(event: ServerEvent): void {
    if (event.event === 'listening' && !this.#greeted) this.#greet(event.url.replace(/^ws/, 'http'));
    const line = serverDemoLine(event);
    if (line !== undefined) this.#say('server', line);
  }

  #greet(url: string): void {
    this.#greeted = true;
    this.#say('demo', `the page: ${colours.bold(`${url}/`)}`);
    this.#say('demo', `in a terminal: ${ownName()} top ${url}`);
    this.#say('demo', `${MALLORY.client} misbehaves: its path flips bits and cuts it off, to be caught`);
    const killed = this.#flags.crash ? `the server is killed after ${durationText(FIRST_CRASH_MS)}; ` : '';
    this.#say('demo', `${killed}Ctrl-C ends it with the verdict`);
  }

  #tellPath(event: ChaosEvent): void {
    if (event.event !== 'fault') return;
    if (event.fault === 'flip') this.#harm.did();
    this.#say('path', harmLine(event, MALLORY.client));
  }
}
