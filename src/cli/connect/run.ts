import { extname } from 'node:path';
import { type ConnectedRun, connect } from '../../client/connect.ts';
import type { KeptSettings } from '../../client/kept-settings.ts';
import { madeUpName } from '../../client/made-up-name.ts';
import type { ClientEvent, EndEvent, StartEvent } from '../../client/run/client-event.ts';
import { CLIENT_DEFAULTS } from '../../client/run/defaults.ts';
import type { Arrival } from '../../measure/arrival.ts';
import { openStream } from '../../stream/stream.ts';
import { VERSION } from '../../version.ts';
import { grouped, plural } from '../../wording/figures.ts';
import { EXIT, exitCodeOf, gravest } from '../exit-code.ts';
import { clientLine, messageLine, notShownLine, verdictLine } from '../lines/client-lines.ts';
import { resemblanceText, TAIL_NOT_LOOKED_FOR } from '../lines/verify-lines.ts';
import { trustedCertificates } from '../option/ca-file.ts';
import { ofOption } from '../option/named-option.ts';
import { natsAccess } from '../option/nats-access.ts';
import { secretSeedBytes, secretSeed as secretSeedOf } from '../option/secret-seed-file.ts';
import { accessToken } from '../option/token-option.ts';
import { cut } from '../output/cells.ts';
import { colours } from '../output/colours.ts';
import { complainOfOutput } from '../output/complaint.ts';
import { FloodGate } from '../output/flood-gate.ts';
import { Output } from '../output/output.ts';
import { durationText } from '../output/wording.ts';
import { ownName } from '../own-name.ts';
import { Shutdown } from '../shutdown.ts';
import { dialledUrls } from './dialled-url.ts';
import { MessageWindow } from './message-window.ts';
import type { ConnectFlags } from './options.ts';
import { hindranceToGoOn, wayToGoOn } from './way-to-go-on.ts';

/** Up to this rate each message is shown; above it only its block. */
const MESSAGES_SHOWN_PER_SECOND = 50;
/** Lines that a terminal is shown in a second, and the text that may be waiting for it. */
const SHOWN_PER_SECOND = 100;
const SHOWN_BACKLOG_BYTES = 65_536;

/** Runs `tidemark connect`: any number of independent clients, until the last of them ends. */
export async function runConnect(given: readonly string[], flags: ConnectFlags): Promise<void> {
  const urls = dialledUrls(given, flags);
  const runs: ConnectedRun[] = [];
  const token = accessToken(flags);
  const ca = trustedCertificates(flags);
  const secretSeed = secretSeedBytes(flags);
  const nats = natsAccess(flags);
  const { plain, stream } = flags;
  if (plain && stream !== undefined)
    ofOption('--stream', () => openStream(stream, { secretSeed: secretSeedOf(flags) }));
  const stop = () => {
    for (const run of runs) run.stop();
  };
  const output = new Output({
    json: flags.json ?? false,
    hooks: {
      full: (full) => {
        for (const run of runs) run.holdInput(full);
      },
      broken: (error) => {
        complainOfOutput(error);
        process.exitCode = EXIT.failure;
        stop();
      },
    },
  });
  const console = new ClientConsole(output, flags);
  for (const client of names(flags)) {
    const block = flags.blockSize;
    const count =
      flags.count ??
      (flags.blocks === undefined ? undefined : flags.blocks * (block ?? CLIENT_DEFAULTS.block));
    const log = flags.log === undefined ? undefined : logPath(flags.log, client ?? '', flags.clients);
    const run = connect(urls, {
      ...(client === undefined ? {} : { client }),
      ...(block === undefined ? {} : { block }),
      ...(count === undefined ? {} : { count }),
      ...(log === undefined ? {} : { log }),
      ...(flags.plain === undefined ? {} : { plain: flags.plain }),
      ...(flags.as === undefined ? {} : { as: flags.as }),
      ...(flags.verify === undefined ? {} : { verify: flags.verify }),
      ...(flags.requireProof === undefined ? {} : { requireProof: flags.requireProof }),
      ...(flags.ignoreForeign === undefined ? {} : { ignoreForeign: flags.ignoreForeign }),
      ...(flags.listenOnly === undefined ? {} : { listenOnly: flags.listenOnly }),
      ...(secretSeed === undefined ? {} : { secretSeed }),
      timing: flags.timing ?? false,
      ...(flags.plain && flags.stream !== undefined ? { stream: flags.stream } : {}),
      ...(flags.plain && flags.from !== undefined ? { from: Number(flags.from) } : {}),
      resume: flags.resume ?? false,
      fsync: flags.fsync,
      heartbeatMs: flags.ping,
      ...(flags.giveUp === undefined ? {} : { giveUpMs: flags.giveUp }),
      ...(flags.idleTimeout === undefined ? {} : { idleTimeoutMs: flags.idleTimeout }),
      ...(flags.duration === undefined ? {} : { durationMs: flags.duration }),
      ...(flags.once === undefined ? {} : { once: flags.once }),
      ...(flags.wait === undefined ? {} : { wait: flags.wait }),
      ...(token === undefined ? {} : { accessToken: token }),
      ...(ca === undefined ? {} : { ca }),
      nats,
      onEvent: (event) => console.event(event),
      onMessages: (arrival) => console.messages(run.client, arrival),
    });
    runs.push(run);
    console.add(run);
  }
  const shutdown = new Shutdown(stop);
  for (const run of runs) run.start();
  const codes = runs.map(async ({ closed, settings }) =>
    exitCodeOf(await closed, settings['require_proof'] === true),
  );
  const code = gravest(await Promise.all(codes));
  console.finish();
  const interrupted = code === EXIT.interrupted ? shutdown.exitCode : undefined;
  await shutdown.exit(Number(process.exitCode ?? interrupted ?? code), output.flush());
}

/** One name for each client; undefined leaves it to the URL, the log, or chance. */
function names({ clients, client }: ConnectFlags): (string | undefined)[] {
  if (clients === 1) return [client];
  const base = client ?? madeUpName();
  return Array.from({ length: clients }, (_, index) => `${base}-${index + 1}`);
}

/** Shows what the clients of a command do. */
class ClientConsole {
  readonly #output: Output;
  readonly #flags: ConnectFlags;
  readonly #clients: number;
  /** Whether only the verdict is shown. */
  readonly #quiet: boolean;
  readonly #gate: FloodGate = new FloodGate(SHOWN_PER_SECOND);
  readonly #settings = new Map<string, KeptSettings>();
  readonly #starts = new Map<string, StartEvent>();
  readonly #next = new Map<string, number>();
  readonly #begun = new Map<string, number>();
  readonly #windows = new Map<string, MessageWindow>();
  readonly #ends: EndEvent[] = [];
  readonly #summary: NodeJS.Timeout;

  constructor(output: Output, flags: ConnectFlags) {
    this.#output = output;
    this.#flags = flags;
    this.#clients = flags.clients;
    this.#quiet = flags.quiet ?? false;
    this.#summary = setInterval(() => this.#showHeldBack(), 1000).unref();
  }

  /** Adds a run that is about to begin. */
  add({ client, settings }: ConnectedRun): void {
    this.#settings.set(client, settings);
  }

  event(event: ClientEvent): void {
    const wallMs = Date.now();
    this.#output.event(event, wallMs);
    if (event.event === 'start') {
      this.#starts.set(event.client, event);
      if (this.#starts.size === 1 && !this.#quiet) this.#output.text(settingsLine(event, this.#clients));
    }
    if (event.event === 'connected') {
      this.#next.set(event.client, event.from);
      if (!this.#begun.has(event.client)) this.#begun.set(event.client, event.from);
      this.#window(event.client).ratePerSecond =
        event.rate === 'max' ? Number.POSITIVE_INFINITY : (event.rate ?? undefined);
    }
    if (event.event === 'block') this.#next.set(event.client, event.to + 1);
    if (event.event === 'end') this.#ends.push(event);
    if (this.#quiet) return;
    const canFlood = event.event === 'block' || event.event === 'timed';
    if (canFlood && !this.#admits(wallMs)) return;
    const { verify = 'server', as = null } = this.#starts.get(event.client) ?? {};
    const beginIsGiven = this.#settings.get(event.client)?.['from'] !== undefined;
    const line = clientLine(event, wallMs, { verify, beginIsGiven, overHttp: as !== null });
    if (line !== undefined) this.#show(event.client, line);
  }

  /** Shows messages as they arrive, unless that is too fast for anyone to read, which is said once. */
  messages(client: string, arrival: Arrival): void {
    if (this.#quiet) return;
    const nowMs = Date.now();
    const window = this.#window(client);
    if (window.shows(arrival.count, nowMs)) {
      for (const message of arrival.messages)
        if (this.#admits(nowMs)) this.#show(client, messageLine(message), this.#output.columns);
    }
    if (window.takeNotice()) this.#show(client, notShownLine(MESSAGES_SHOWN_PER_SECOND));
  }

  /** Shows the verdict, which is the last line. */
  finish(): void {
    clearInterval(this.#summary);
    this.#showHeldBack();
    for (const end of this.#ends) {
      if (end.resembles !== null) this.#show(end.client, colours.dim(resemblanceText(end.resembles)));
      this.#showWayToGoOn(end);
      if (this.#clients > 1) this.#show(end.client, verdictLine(end));
    }
    if (this.#ends.some(({ verdict, tail_known }) => verdict === 'proved' && !tail_known))
      this.#output.text(colours.dim(TAIL_NOT_LOOKED_FOR));
    this.#output.text(verdictLine(...summary(this.#ends)));
  }

  #showWayToGoOn(end: EndEvent): void {
    const start = this.#starts.get(end.client);
    const settings = this.#settings.get(end.client);
    if (start === undefined || settings === undefined) return;
    const { client, messages } = end;
    const run = { start, settings, next: this.#next.get(client), begun: this.#begun.get(client), messages };
    const hindrance = hindranceToGoOn(run, end);
    if (hindrance === undefined) this.#output.text(`go on with: ${ownName()} ${wayToGoOn(run, this.#flags)}`);
    else if (hindrance !== '') this.#show(end.client, colours.dim(hindrance));
  }

  #showHeldBack(): void {
    const heldBack = this.#gate.takeHeldBack();
    if (heldBack > 0)
      this.#output.text(colours.dim(`  … and ${plural(heldBack, 'more line')} (--json or --log has all)`));
  }

  #window(client: string): MessageWindow {
    const window = this.#windows.get(client) ?? new MessageWindow(MESSAGES_SHOWN_PER_SECOND);
    this.#windows.set(client, window);
    return window;
  }

  /** Whether one more line is shown of those that may come in floods. */
  #admits(wallMs: number): boolean {
    return this.#gate.admits(wallMs, this.#output.textBacklogBytes <= SHOWN_BACKLOG_BYTES);
  }

  #show(client: string, line: string, width?: number): void {
    const whole = this.#clients > 1 ? `${colours.bold(client)} ${line}` : line;
    this.#output.text(cut(whole, width));
  }
}

function settingsLine(start: StartEvent, clients: number): string {
  const who = clients > 1 ? `${plural(clients, 'client')}, ${start.client} and on` : `client ${start.client}`;
  const until = start.count === null ? 'no end' : plural(start.count, 'message');
  const log = start.log === null ? 'no log' : `log ${start.log}`;
  const begun = start.first_url === null ? '' : `; it began at ${start.first_url}`;
  const going = start.resume_from === null ? '' : `, going on from ${grouped(start.resume_from)}${begun}`;
  const carried = start.as === null ? `ping ${durationText(start.heartbeat_ms)}` : `as ${start.as}`;
  const settings = `block ${grouped(start.block)}, ${until}, ${log}, ${carried}`;
  const others = (start.other_urls ?? []).map((url) => `, else ${colours.bold(url)}`).join('');
  return `tidemark ${VERSION}: ${who} of ${colours.bold(start.url)}${others} (${settings}${start.plain ? ', plain' : ''}${going})`;
}

/** The verdict over all clients: the gravest one, with the sums. */
function summary(ends: readonly EndEvent[]): [end: Omit<EndEvent, 'event' | 'client'>, clients?: string] {
  const [first] = ends;
  if (first === undefined) throw new Error('no client has ended');
  if (ends.length === 1) return [first];
  const order = ['failed', 'interrupted', 'unproved', 'proved'] as const;
  const verdict = order.find((word) => ends.some((end) => end.verdict === word)) ?? 'failed';
  const sum = (pick: (end: EndEvent) => number) => ends.reduce((total, end) => total + pick(end), 0);
  const same = ends.filter((end) => end.verdict === verdict);
  return [
    {
      verdict,
      messages: sum((end) => end.messages),
      expected: sum((end) => end.expected),
      lost: sum((end) => end.lost),
      repeated: sum((end) => end.repeated),
      reordered: sum((end) => end.reordered),
      assumed_from: Math.max(...ends.map((end) => end.assumed_from ?? 0)) || null,
      from: Math.max(...ends.map((end) => end.from ?? 0)) || null,
      tail_known: ends.every((end) => end.tail_known),
      checked: ends.every((end) => end.checked),
      not_come: null,
      resembles: null,
      corrupt: sum((end) => end.corrupt),
      foreign: sum((end) => end.foreign),
      resumes: sum((end) => end.resumes),
      blocks: sum((end) => end.blocks),
      unverified_blocks: sum((end) => end.unverified_blocks),
      duration_ms: Math.max(...ends.map((end) => end.duration_ms)),
      error: same[0]?.error ?? null,
    },
    `${grouped(same.length)} of ${plural(ends.length, 'client')}`,
  ];
}

/** `run.ndjson` for one client; for several, `run.alice-1.ndjson` and so on. */
function logPath(log: string, client: string, clients: number): string {
  if (clients === 1) return log;
  const extension = extname(log);
  return `${log.slice(0, log.length - extension.length)}.${client}${extension}`;
}
