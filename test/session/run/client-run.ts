import { ClientAddress } from '../../../src/carriage/client-address.ts';
import { WEBSOCKET_LINK } from '../../../src/carriage/connection.ts';
import type { Block } from '../../../src/measure/finished-block.ts';
import { MessageBatch } from '../../../src/measure/message-batch.ts';
import type { Verdict } from '../../../src/measure/verdict.ts';
import { decodeClientMessage, encodeControl } from '../../../src/session/codec.ts';
import type { Mismatch, Receipt, ServerMessage, Welcome } from '../../../src/session/messages.ts';
import { ConnectionTiming } from '../../../src/session/run/connection-timing.ts';
import type { DialFailure } from '../../../src/session/run/redial.ts';
import { Run } from '../../../src/session/run/run.ts';
import type { RunOutput } from '../../../src/session/run/run-output.ts';
import type { RunSettings } from '../../../src/session/run/run-settings.ts';
import { openStream, type Stream } from '../../../src/stream/stream.ts';
import { at } from '../at.ts';

export const STREAM: Stream = openStream('bytes?size=40&seed=7');
export const WELCOME: Welcome = {
  type: 'welcome',
  server: '1.2.3',
  client: 'alice',
  token: 'secret-1',
  stream: STREAM.name,
  stream_id: STREAM.id,
  generator: 1,
  faker: '10.6.0',
  from: 0,
  rate: 10,
  profile: 'constant',
  t0_ms: 0,
};

/** The back-off of every attempt in these tests: its random numbers are all 0. */
export const RETRY_MS = 100;
export const HEARTBEAT_MS = 60_000;

type Outputs<T extends RunOutput['type']> = Extract<RunOutput, { readonly type: T }>[];

/** The settings of a run, and the URL that its connections are dialled by. */
type ClientRunSettings = Partial<Omit<RunSettings, 'timing'>> & {
  readonly url?: string;
  readonly timing?: boolean;
};

/** A client's run driven by hand, with all that it ever put out. */
export class ClientRun {
  readonly session: Run;
  readonly outputs: RunOutput[] = [];

  readonly #address: ClientAddress;

  constructor({
    url = 'ws://127.0.0.1:8000/bytes?size=40&seed=7',
    timing = false,
    ...settings
  }: ClientRunSettings = {}) {
    this.#address = new ClientAddress(url, settings.plain ?? false);
    this.session = new Run({
      client: 'alice',
      link: WEBSOCKET_LINK,
      timing: timing ? new ConnectionTiming(this.#address.live) : undefined,
      blockSize: 3,
      plain: false,
      heartbeatMs: HEARTBEAT_MS,
      random: () => 0,
      resume: undefined,
      ...settings,
      count: settings.count ?? this.#address.count,
    });
  }

  start(ms: number): RunOutput[] {
    return this.#keep(this.session.start(at(ms)));
  }

  opened(ms: number): RunOutput[] {
    return this.#keep(this.session.opened(true, at(ms)));
  }

  /** The connection is open, to a server that does not say that it speaks `tidemark.v1`. */
  openedPlain(ms: number): RunOutput[] {
    return this.#keep(this.session.opened(false, at(ms)));
  }

  /** A message comes as text, or as binary. */
  receive(ms: number, payload: Uint8Array | string, text = true): RunOutput[] {
    const bytes = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload;
    const batch = MessageBatch.of(bytes, text);
    const outputs: RunOutput[] = [];
    while (!batch.empty) outputs.push(...this.session.receive(batch, at(ms)));
    return this.#keep(outputs);
  }

  control(ms: number, message: ServerMessage): RunOutput[] {
    return this.receive(ms, encodeControl(message));
  }

  welcome(ms: number, differences: Partial<Welcome> = {}): RunOutput[] {
    return this.control(ms, { ...WELCOME, ...differences });
  }

  /** The messages of these seqs come. */
  data(ms: number, ...seqs: number[]): RunOutput[] {
    return seqs.flatMap((seq) => this.receive(ms, STREAM.message(seq)));
  }

  verified(ms: number, block: number): RunOutput[] {
    return this.control(ms, { type: 'verified', block });
  }

  mismatch(ms: number, differences: Partial<Mismatch> & { block: number }): RunOutput[] {
    const crcs = { expected_crc32: '00000001', received_crc32: '00000002' };
    return this.control(ms, { type: 'mismatch', from: 0, to: 2, ...crcs, reason: 'wrong', ...differences });
  }

  closed(ms: number, code: number, reason = '', own = false): RunOutput[] {
    return this.#keep(this.session.closed(code, reason, at(ms), own));
  }

  failed(
    ms: number,
    status: number | undefined,
    reason: string,
    more: Partial<DialFailure> = {},
  ): RunOutput[] {
    return this.#keep(this.session.failed({ status, reason, ...more }, at(ms)));
  }

  wake(ms: number): RunOutput[] {
    return this.#keep(this.session.wake(at(ms)));
  }

  stop(ms: number): RunOutput[] {
    return this.#keep(this.session.stop(at(ms)));
  }

  abort(ms: number, error: string): RunOutput[] {
    return this.#keep(this.session.abort(error, at(ms)));
  }

  /** Starts at 0 ms, and messages can come from then on. */
  begin(differences: Partial<Welcome> = {}): this {
    this.start(0);
    this.opened(0);
    this.welcome(0, differences);
    return this;
  }

  /** The connection breaks at one moment, and another is open and greeted as soon as may be. */
  comeBack(ms: number, differences: Partial<Welcome> = {}): RunOutput[] {
    this.closed(ms, 1006);
    return [
      ...this.wake(ms + RETRY_MS),
      ...this.opened(ms + RETRY_MS),
      ...this.welcome(ms + RETRY_MS, differences),
    ];
  }

  get blocks(): Block[] {
    return only(this.outputs, 'block').map(({ block }) => block);
  }

  get verdict(): Verdict | undefined {
    return only(this.outputs, 'end')[0]?.verdict;
  }

  /** The URL that was dialled last. */
  get dialled(): URL {
    const { from, count } = only(this.outputs, 'open').at(-1) ?? { from: undefined, count: undefined };
    return new URL(this.#address.dialUrl({ client: 'alice', token: 'secret-1', from, count }));
  }

  #keep(outputs: RunOutput[]): RunOutput[] {
    this.outputs.push(...outputs);
    return outputs;
  }
}

export function only<T extends RunOutput['type']>(outputs: readonly RunOutput[], type: T): Outputs<T> {
  return outputs.filter((output) => output.type === type) as Outputs<T>;
}

export function typesOf(outputs: readonly RunOutput[]): string[] {
  return outputs.map(({ type }) => type);
}

export function receiptsIn(outputs: readonly RunOutput[]): Receipt[] {
  const messages = only(outputs, 'send').flatMap(({ text }) => decodeClientMessage(text) ?? []);
  return messages.filter((message) => message.type === 'receipt');
}
