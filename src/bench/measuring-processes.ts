import type { RunFileRecord, Settings } from '../run-file/record/run-record.ts';
import { streamAddress } from '../session/stream-request.ts';
import { plural } from '../wording/figures.ts';
import type { UserInfo } from '../wording/secrets.ts';
import { measurementRecords, type ProcessResult } from './measurement-records.ts';
import type { PlannedRun } from './plan.ts';
import { wallMs } from './process/bench-clock.ts';
import { AgentLostError } from './process/bench-error.ts';
import { Child } from './process/child.ts';
import type { ClientProcess, ServerAnswer, ServerOrder } from './process/job.ts';
import type { AgentLoss, ProcessSource } from './process/process-source.ts';
import { pause, until } from './process/waiting.ts';

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
  /** Of the clients. */
  readonly source: ProcessSource;
  readonly signal: AbortSignal | undefined;
}

const START_TIMEOUT_MS = 20_000;
/** How much longer than expected a warm-up, or leaving, may take. */
const PATIENCE_MS = 30_000;

/** What became of a measurement: its records, or the agents that were lost in it, and with them all of it. */
export type MeasurementOutcome =
  | { readonly records: RunFileRecord[] }
  | { readonly lost: readonly AgentLoss[] };

/** The processes of a bench: its own server, if it has one, and the clients. They live as long as the bench. */
export class MeasuringProcesses {
  readonly #given: MeasuringSettings;
  #server: Child<ServerOrder, ServerAnswer> | undefined;
  #url = '';

  constructor(given: MeasuringSettings) {
    this.#given = given;
  }

  async start(): Promise<void> {
    const { settings, startedMs, source } = this.#given;
    if (settings.url === null)
      this.#server = new Child('server-process', 'server process', [String(startedMs)]);
    const listening = await this.#server?.answer('listening', START_TIMEOUT_MS, 'starting the server');
    this.#url = settings.url ?? listening?.url ?? '';
    await source.start();
  }

  end(): void {
    this.#server?.end();
    this.#given.source.end();
  }

  /**
   * Makes one measurement.
   *
   * @param attempt how often it is dealt, with this time
   * @returns undefined if the user ended it
   */
  async measure(planned: PlannedRun, attempt = 1): Promise<MeasurementOutcome | undefined> {
    const { source, signal } = this.#given;
    try {
      const leadMs = await until(signal, source.prepare());
      if (leadMs === undefined) return undefined;
      const records = await this.#records(planned, attempt, leadMs);
      return records === undefined ? undefined : { records };
    } catch (error) {
      if (!(error instanceof AgentLostError)) throw error;
      const lost = await source.recover();
      return signal?.aborted ? undefined : { lost };
    }
  }

  async #records(planned: PlannedRun, attempt: number, leadMs: number): Promise<RunFileRecord[] | undefined> {
    const { settings, startedMs, signal, source } = this.#given;
    const processes = this.#begin(planned, attempt);
    const patienceMs = planned.expectedMs * 2 + PATIENCE_MS;
    const warmUp = `connecting ${plural(planned.clients, 'client')} to ${this.#url}`;
    const ended = await until(
      signal,
      Promise.all(processes.map((each) => each.answer('warm', patienceMs, warmUp))),
    );
    if (ended === undefined) return undefined;
    // Where orders take a while, all begin and end at times that are told ahead.
    const atOnce = leadMs === 0;
    const fromMs = wallMs() - startedMs + leadMs;
    this.#server?.send({ type: 'measure' });
    for (const process of processes) process.send({ type: 'measure', atMs: atOnce ? null : fromMs });
    const results = this.#results(processes, patienceMs + leadMs);
    if (planned.windowMs !== null) {
      const stop = { type: 'stop', atMs: atOnce ? null : fromMs + planned.windowMs } as const;
      // A process that is gone meanwhile ends the wait.
      await until(signal, Promise.race([pause(planned.windowMs), results]));
      for (const process of processes) process.send(stop);
    }
    const came = await until(signal, results);
    if (came === undefined || signal?.aborted) return undefined;
    const toMs = wallMs() - startedMs;
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
      results: came,
      clockOf: (agent) => source.clockOf(agent),
      server,
    });
  }

  /** Spreads the clients over the processes as evenly as possible. */
  #begin(planned: PlannedRun, attempt: number): readonly ClientProcess[] {
    const { settings, startedMs, accessToken, userInfo, plainUrl, ca, sample, source } = this.#given;
    const processes = source.processes.slice(0, planned.clients);
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
        attempt,
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

  async #results(processes: readonly ClientProcess[], patienceMs: number): Promise<ProcessResult[]> {
    const answers = Promise.all(
      processes.map(async (each) => {
        const { result } = await each.answer('result', patienceMs, 'leaving the server');
        return { agent: each.agent, ...result };
      }),
    );
    answers.catch(() => {}); // it is looked at later
    return answers;
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
