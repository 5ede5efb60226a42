import type { FinishedBlock } from '../measure/finished-block.ts';
import type { Verdict } from '../measure/verdict.ts';
import { LIMITS } from '../session/limits.ts';
import { roundToMicroseconds } from '../session/receipt.ts';
import type { TimedBlock } from '../session/run/block-latency.ts';
import type { ClientOutput, ConnectedSource } from '../session/run/client-output.ts';
import type { ClientSession } from '../session/run/client-session.ts';
import type { RunProgress } from '../session/run/resume-point.ts';
import type { Alarm } from '../transport/alarm.ts';
import type { Connection } from '../transport/connection.ts';
import { systemHost } from '../transport/host.ts';
import { type DialOptions, dialWebSocket } from '../transport/websocket.ts';
import { redacted } from '../wording/secrets.ts';
import type { ClientEvent } from './client-event.ts';
import { LogError } from './log-error.ts';
import { blockFields } from './log-record.ts';

/** How long the closing handshake may take once the run is over. */
const CLOSE_TIMEOUT_MS = 1000;

export interface RunPumpHooks {
  /** Left out if nobody listens: no event is made then. */
  readonly tell?: ((event: ClientEvent) => void) | undefined;
  /** For the first time, messages can come. May throw a LogError. */
  connected(source: ConnectedSource): void;
  /** Stores the block; its receipt is sent after that. May throw a LogError. @returns whether somebody keeps it */
  block(block: FinishedBlock, progress: RunProgress): boolean;
  ended(): void;
}

export interface RunPumpSettings {
  /** What the user adds to every dial. */
  readonly dial: Pick<DialOptions, 'authorization' | 'ca'>;
  /** What the user added in secret: a server that repeats it is not quoted with it. */
  readonly secrets: readonly string[];
}

/** Moves messages between a client session and its connections, one after the other. */
export class RunPump {
  readonly closed: Promise<Verdict>;
  readonly #client: string;
  readonly #session: ClientSession;
  readonly #hooks: RunPumpHooks;
  readonly #settings: RunPumpSettings;
  readonly #alarm: Alarm = systemHost.alarm(() => this.#wake());
  readonly #resolve: (verdict: Verdict) => void;
  #connection: Connection | undefined;
  #reading = true;
  #connected = false;
  #verdict: Verdict | undefined;

  constructor(client: string, session: ClientSession, hooks: RunPumpHooks, settings: RunPumpSettings) {
    this.#client = client;
    this.#session = session;
    this.#hooks = hooks;
    this.#settings = settings;
    let resolve: (verdict: Verdict) => void = () => {};
    this.closed = new Promise((settle) => {
      resolve = settle;
    });
    this.#resolve = resolve;
  }

  start(): void {
    this.#perform(this.#session.start(systemHost.now()));
  }

  stop(): void {
    this.#perform(this.#session.stop(systemHost.now()));
  }

  setReading(reading: boolean): void {
    this.#reading = reading;
    this.#connection?.setReading(reading);
  }

  #wake(): void {
    const now = systemHost.now();
    if (!this.#reading) this.#session.notReading(now);
    this.#perform(this.#session.wake(now));
  }

  #dial(url: string, subprotocol: string | undefined): void {
    // Whatever an earlier connection still tells is of no interest.
    const ifCurrent = (outputs: () => ClientOutput[]) => {
      if (this.#connection === connection) this.#perform(outputs());
    };
    const options = {
      ...this.#settings.dial,
      subprotocol,
      maximumMessageBytes: LIMITS.outboundMessageBytes,
      mostUnsentBytes: LIMITS.unsentBytes,
      probe: !this.#connected,
    };
    const connection: Connection = dialWebSocket(url, options, {
      opened: (picked) => {
        connection.setReading(this.#reading);
        ifCurrent(() => this.#session.opened(picked, systemHost.now()));
      },
      failed: (failure) => {
        const reason = this.#shown(failure.reason);
        ifCurrent(() => this.#session.failed({ ...failure, reason }, systemHost.now()));
        this.#lost(connection);
      },
      messages: (batch) => {
        const now = systemHost.now();
        while (!batch.empty && this.#connection === connection)
          this.#perform(this.#session.receive(batch, now));
      },
      heard: () => this.#session.heard(systemHost.now()),
      closed: (code, reason, own) => {
        ifCurrent(() => this.#session.closed(code, this.#shown(reason), systemHost.now(), own));
        this.#lost(connection);
      },
    });
    this.#connection = connection;
  }

  /** Text of the server. */
  #shown(text: string): string {
    return redacted(text, this.#settings.secrets);
  }

  #lost(connection: Connection): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    if (this.#verdict !== undefined) this.#finish(this.#verdict);
  }

  #perform(outputs: readonly ClientOutput[]): void {
    try {
      for (const output of outputs) this.#performOne(output);
    } catch (error) {
      if (!(error instanceof LogError)) throw error;
      this.#perform(this.#session.abort(error.message, systemHost.now()));
    }
    if (this.#verdict === undefined) this.#alarm.set(this.#session.wakeMs());
  }

  #performOne(output: ClientOutput): void {
    const client = this.#client;
    switch (output.type) {
      case 'dial':
        return this.#dial(output.url, output.subprotocol);
      case 'send':
        return this.#connection?.sendText(output.text);
      case 'ping':
        return this.#connection?.ping();
      case 'close':
        return this.#connection?.close(output.code, output.reason);
      case 'terminate':
        return this.#connection?.terminate();
      case 'opened':
        this.#connected = true;
        return this.#hooks.tell?.({ event: 'opened', client });
      case 'connected':
        this.#connected = true;
        this.#hooks.connected(output.source);
        return this.#hooks.tell?.(connectedEvent(client, output.source));
      case 'resumed': {
        this.#connected = true;
        const after_ms = roundToMicroseconds(output.afterMs);
        return this.#hooks.tell?.({ event: 'resumed', client, from: output.from, after_ms });
      }
      case 'disconnected': {
        const { code, reason, retryMs } = output;
        this.#connection?.terminate();
        this.#connection = undefined;
        return this.#hooks.tell?.({
          event: 'disconnected',
          client,
          code,
          reason,
          retry_ms: Math.round(retryMs),
        });
      }
      case 'block':
        if (!this.#hooks.block(output.block, output.progress)) this.#session.release(output.block);
        return this.#hooks.tell?.({ event: 'block', ...blockFields(client, output.block) });
      case 'mismatch': {
        const { block, from, to, reason } = output.mismatch;
        return this.#hooks.tell?.({
          event: 'mismatch',
          client,
          block,
          from,
          to,
          reason: this.#shown(reason),
        });
      }
      case 'finding':
        return this.#hooks.tell?.({ event: 'finding', client, ...output.finding });
      case 'difference': {
        const { seq, difference } = output.found;
        return this.#hooks.tell?.({ event: 'difference', client, seq, first_difference: difference });
      }
      case 'foreign':
        return this.#hooks.tell?.({ event: 'foreign', client, excerpt: output.excerpt });
      case 'timed':
        return this.#hooks.tell?.(timedEvent(client, output.timed));
      case 'end':
        return this.#end(output.verdict);
    }
  }

  #end(verdict: Verdict): void {
    this.#verdict = verdict;
    this.#alarm.clear();
    this.#hooks.tell?.(endEvent(this.#client, verdict));
    const connection = this.#connection;
    if (connection === undefined) return this.#finish(verdict);
    setTimeout(() => connection.terminate(), CLOSE_TIMEOUT_MS).unref();
  }

  #finish(verdict: Verdict): void {
    this.#hooks.ended();
    this.#resolve(verdict);
  }
}

function connectedEvent(client: string, { welcome, from }: ConnectedSource): ClientEvent {
  const { stream = null, stream_id = null, rate = null, t0_ms = null } = welcome ?? {};
  return { event: 'connected', client, stream, stream_id, from, rate, t0_ms };
}

function timedEvent(
  client: string,
  { block, latencyMs, latencyFromSendMs, clockErrorMs }: TimedBlock,
): ClientEvent {
  const rounded = (ms: number | undefined) => (ms === undefined ? null : roundToMicroseconds(ms));
  const latency_ms = rounded(latencyMs);
  const latency_from_send_ms = rounded(latencyFromSendMs);
  const clock_error_ms = rounded(clockErrorMs);
  return { event: 'timed', client, block, latency_ms, latency_from_send_ms, clock_error_ms };
}

function endEvent(client: string, verdict: Verdict): ClientEvent {
  const { durationMs, unverifiedBlocks, error = null, integrity: _, ...others } = verdict;
  const { assumedFrom = null, from = null, tailKnown, notCome = null, ...counts } = others;
  const duration_ms = roundToMicroseconds(durationMs);
  const rest = {
    assumed_from: assumedFrom,
    from,
    tail_known: tailKnown,
    not_come: notCome,
    unverified_blocks: unverifiedBlocks,
    duration_ms,
    error,
  };
  return { event: 'end', client, ...counts, ...rest };
}
