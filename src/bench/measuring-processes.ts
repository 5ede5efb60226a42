import type { RunFileRecord, Settings } from '../run-file/record/run-record.ts';
import { streamAddress } from '../session/stream-request.ts';
import { plural } from '../wording/figures.ts';
import type { UserInfo } from '../wording/secrets.ts';
import { Child } from './child.ts';
import type { ClientAnswer, ClientOrder, ClientResult, ServerAnswer, ServerOrder } from './job.ts';
import { measurementRecords } from './measurement-records.ts';
import type { PlannedRun } from './plan.ts';

export interface MeasuringSettings {
  readonly settings: Settings;
  /** Start of the bench, in milliseconds since 1970. */
  readonly startedMs: number;
  readonly accessToken: string | undefined;
  /** Taken from the URL; its clients put it back. */
  readonly userInfo: UserInfo | undefined;
  /** The URL of a plain server as it was given; null for one of Tidemark's. */
  readonly plainUrl: string | null;
  readonly ca: string | undefined;
  readonly sample: number;
  readonly signal: AbortSignal | undefined;
}

const START_TIMEOUT_MS = 20_000;
/** How much longer than expected a warm-up, or leaving, may take. */
const PATIENCE_MS = 30_000;

type ClientProcess = Child<ClientOrder, ClientAnswer>;

/** The processes of a bench: its own server, if it has one, and the clients. They live as long as the bench. */
export class MeasuringProcesses {
  readonly #given: MeasuringSettings;
  readonly #clients: ClientProcess[] = [];
  #server: Child<ServerOrder, ServerAnswer> | undefined;
  #url = '';

  constructor(given: MeasuringSettings) {
    this.#given = given;
  }

  async start(): Promise<void> {
    const { settings, startedMs } = this.#given;
    const most = Math.min(settings.client_processes, Math.max(...settings.clients));
    if (settings.url === null)
      this.#server = new Child('server-process', 'server process', [String(startedMs)]);
    for (let i = 0; i < most; i++) this.#clients.push(new Child('client-process', 'client process'));
    const listening = await this.#server?.answer('listening', START_TIMEOUT_MS, 'starting the server');
    this.#url = settings.url ?? listening?.url ?? '';
    for (const client of this.#clients)
      await client.answer('ready', START_TIMEOUT_MS, 'starting a process of clients');
  }

  end(): void {
    this.#server?.end();
    for (const client of this.#clients) client.end();
  }

  /** Makes one measurement. @returns its records; undefined if the user ended it */
  async measure(planned: PlannedRun): Promise<RunFileRecord[] | undefined> {
    const { settings, startedMs, signal } = this.#given;
    const processes = this.#begin(planned);
    const patienceMs = planned.expectedMs * 2 + PATIENCE_MS;
    const warmUp = `connecting ${plural(planned.clients, 'client')} to ${this.#url}`;
    const ended = await until(
      signal,
      Promise.all(processes.map((each) => each.answer('warm', patienceMs, warmUp))),
    );
    if (ended === undefined) return undefined;
    const fromMs = Date.now() - startedMs;
    this.#server?.send({ type: 'measure' });
    for (const process of processes) process.send({ type: 'measure' });
    if (planned.windowMs !== null) {
      await until(signal, pause(planned.windowMs));
      for (const process of processes) process.send({ type: 'stop' });
    }
    const results = await until(signal, this.#results(processes, patienceMs));
    if (results === undefined || signal?.aborted) return undefined;
    const toMs = Date.now() - startedMs;
    this.#server?.send({ type: 'stop' });
    const server = await this.#server?.answer(
      'result',
      PATIENCE_MS,
      'waiting for the clients to be off the roster',
    );
    return measurementRecords({
      planned,
      fromMs,
      toMs,
      ownServer: settings.url === null,
      results,
      server,
    });
  }

  /** Spreads the clients over the processes as evenly as possible. */
  #begin(planned: PlannedRun): ClientProcess[] {
    const { settings, startedMs, accessToken, userInfo, plainUrl, ca, sample } = this.#given;
    const processes = this.#clients.slice(0, planned.clients);
    const count = settings.count ?? undefined;
    const url = plainUrl ?? urlOf(this.#url, planned, userInfo);
    for (const [index, process] of processes.entries()) {
      const clients = [];
      for (let client = index + 1; client <= planned.clients; client += processes.length)
        clients.push(client);
      const { run, block: blockSize } = planned;
      const most = Math.max(1, Math.floor((sample * clients.length) / planned.clients));
      const job = {
        run,
        url,
        plain: plainUrl !== null,
        accessToken,
        ca,
        clients,
        blockSize,
        omit: settings.omit,
        count,
        sample: most,
        startedMs,
      };
      process.send({ type: 'begin', job });
    }
    return processes;
  }

  async #results(processes: readonly ClientProcess[], patienceMs: number): Promise<ClientResult[]> {
    const answers = await Promise.all(
      processes.map((each) => each.answer('result', patienceMs, 'leaving the server')),
    );
    return answers.map(({ result }) => result);
  }
}

/** The URL for a measurement's clients: the given one with the stream and its delivery. */
function urlOf(base: string, { stream, rate }: PlannedRun, userInfo: UserInfo | undefined): string {
  const url = new URL(base);
  url.username = userInfo?.username ?? '';
  url.password = userInfo?.password ?? '';
  const [kind = '', query = ''] = stream.split(/\?(.*)/s);
  const parameters = new URLSearchParams(query);
  const profile = url.searchParams.get('profile');
  if (profile !== null) parameters.set('profile', profile);
  parameters.set('rate', String(rate));
  url.pathname = `${streamAddress(base).basePath}/${kind}`;
  url.search = parameters.toString();
  return url.href;
}

function pause(ms: number): Promise<true> {
  return new Promise((resolve) => setTimeout(() => resolve(true), ms));
}

/** Waits for a promise; undefined if the signal comes first. */
async function until<T>(signal: AbortSignal | undefined, promise: Promise<T>): Promise<T | undefined> {
  if (signal === undefined) return promise;
  if (signal.aborted) {
    promise.catch(() => {});
    return undefined;
  }
  let aborted: () => void = () => {};
  const abort = new Promise<undefined>((resolve) => {
    aborted = () => resolve(undefined);
    signal.addEventListener('abort', aborted, { once: true });
  });
  try {
    return await Promise.race([promise, abort]);
  } finally {
    signal.removeEventListener('abort', aborted);
    promise.catch(() => {}); // its result no longer matters
  }
}
