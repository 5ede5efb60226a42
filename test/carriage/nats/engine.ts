import * as jetstream from '@nats-io/jetstream';
import * as kv from '@nats-io/kv';
import * as core from '@nats-io/transport-node';
import type { OpenNats } from '../../../src/carriage/nats/open-nats.ts';

/** A message that the engine stores, or that is on its way to it. */
export interface EngineMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: core.MsgHdrs;
  readonly seq: number;
}

interface Consumer {
  readonly config: Partial<jetstream.ConsumerConfig>;
  /** The number of the next message to deliver. */
  next: number;
  deliveries: number;
  readonly acknowledged: number[];
}

/** A request of a consumer's reader that waits for messages. */
interface Pull {
  readonly name: string;
  readonly consumer: Consumer | undefined;
  left: number;
  readonly inbox: core.SubscriptionOptions['callback'];
}

interface Request {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly options: { readonly headers?: core.MsgHdrs };
}

const text = new TextDecoder();
const bytes = new TextEncoder();

/**
 * One JetStream stream, in memory, with the rules of nats-server 2.9 that Tidemark rests on: deduplication by id, the two comparisons with
 * what was last, and pull consumers that deliver in order. What is published may be held back on its way.
 */
export class Engine {
  readonly messages: EngineMessage[] = [];
  readonly consumers = new Map<string, Consumer>();
  /** What was published without JetStream. */
  readonly said: { readonly subject: string; readonly text: string }[] = [];
  /** Whether a message to be stored is held back, for `letThrough` to bring later. */
  holdsBack: (message: { readonly headers: core.MsgHdrs }) => boolean = () => false;
  /** Whether the deduplication window is over. */
  forgets = false;
  retention = 'limits';
  #lastSeq = 0;
  #lastId = '';
  #ids = new Map<string, number>();
  #held: (() => void)[] = [];
  readonly #pulls = new Set<Pull>();
  readonly #closing = new Set<(error?: Error) => void>();

  /** As `openNats` does it. */
  readonly open = (): Promise<OpenNats> => Promise.resolve(this.#connection());

  /** Stores what others publish. */
  publish(subject: string, data: string | Uint8Array, headers = core.headers()): number {
    const payload = typeof data === 'string' ? bytes.encode(data) : data;
    this.messages.push({ subject, data: payload, headers, seq: ++this.#lastSeq });
    this.#lastId = headers.get('Nats-Msg-Id');
    if (this.#lastId !== '') this.#ids.set(this.#lastId, this.#lastSeq);
    queueMicrotask(() => this.#deliver());
    return this.#lastSeq;
  }

  /** Brings what was held back, or the first so many. */
  letThrough(count: number = this.#held.length): void {
    for (const bring of this.#held.splice(0, count)) bring();
  }

  /** Breaks every connection. */
  breakAll(): void {
    for (const close of [...this.#closing]) close(new Error('it broke'));
  }

  /** Stores a message of a publisher, or refuses it. */
  #store({ subject, data, options: { headers = core.headers() } }: Request): object {
    const id = headers.get('Nats-Msg-Id');
    const known = this.forgets ? undefined : this.#ids.get(id);
    if (known !== undefined) return { stream: 'FEED', seq: known, duplicate: true };
    const lastId = headers.get('Nats-Expected-Last-Msg-Id');
    if (lastId !== '' && lastId !== this.#lastId) return refusal(10070, `wrong last msg ID: ${this.#lastId}`);
    const lastSeq = headers.get('Nats-Expected-Last-Subject-Sequence');
    const last = this.messages.findLast((message) => message.subject === subject)?.seq ?? 0;
    if (lastSeq !== '' && Number(lastSeq) !== last) return refusal(10071, `wrong last sequence: ${last}`);
    return { stream: 'FEED', seq: this.publish(subject, data, headers) };
  }

  #connection(): OpenNats {
    let over: (error?: Error) => void = () => {};
    const closed = new Promise<Error | undefined>((resolve) => {
      over = (error) => resolve(error);
    });
    const pending = new Set<(error: Error) => void>();
    const close = (error?: Error): Promise<void> => {
      this.#closing.delete(close);
      for (const reject of pending) reject(new Error('closed connection'));
      over(error);
      return Promise.resolve();
    };
    this.#closing.add(close);
    const inboxes = new Map<string, core.SubscriptionOptions['callback']>();
    const asked = (request: Request): Promise<Partial<core.Msg>> =>
      new Promise((resolve, reject) => {
        pending.add(reject);
        const answer = () => {
          const said = this.#answer(request);
          if (said === undefined) reject(new core.errors.NoRespondersError(request.subject));
          else resolve({ data: bytes.encode(JSON.stringify(said)), json: <T>() => said as T });
        };
        if (request.options.headers !== undefined && this.holdsBack({ headers: request.options.headers }))
          this.#held.push(answer);
        else queueMicrotask(answer);
      });
    const connection = {
      options: {},
      features: { get: () => ({ ok: false }) },
      info: { max_payload: 1_048_576 },
      closed: () => closed,
      close: () => close(),
      flush: () => Promise.resolve(),
      request: (subject: string, data: string | Uint8Array = '', options = {}) =>
        asked({ subject, data: typeof data === 'string' ? bytes.encode(data) : data, options }),
      subscribe: (subject: string, { callback }: core.SubscriptionOptions) => {
        inboxes.set(subject, callback);
        return { unsubscribe: () => inboxes.delete(subject) };
      },
      publish: (subject: string, data: string | Uint8Array, options: { reply?: string } = {}) => {
        const said = typeof data === 'string' ? data : text.decode(data);
        if (subject.startsWith('$JS.API.CONSUMER.MSG.NEXT.')) {
          const inbox = inboxes.get(String(options.reply).replace(/\.\d+$/, '.*'));
          const name = subject.split('.').at(-1) ?? '';
          this.#pulls.add({ name, consumer: this.consumers.get(name), left: JSON.parse(said).batch, inbox });
          queueMicrotask(() => this.#deliver());
        } else if (subject.startsWith('$JS.ACK.')) {
          const [, , , consumer = '', , seq] = subject.split('.');
          this.consumers.get(consumer)?.acknowledged.push(Number(seq));
        } else this.said.push({ subject, text: said });
      },
    };
    return {
      connection: connection as unknown as core.NatsConnection,
      server: '127.0.0.1:4222',
      ...{ core, jetstream, kv },
    };
  }

  /** Serves the requests that wait, as far as there is something for them. */
  #deliver(): void {
    for (const pull of this.#pulls) {
      const consumer = this.consumers.get(pull.name);
      if (consumer === undefined || consumer !== pull.consumer) this.#pulls.delete(pull);
      else if (this.#serve(pull, consumer)) this.#pulls.delete(pull);
    }
  }

  /** @returns whether it has all that it asked for */
  #serve(pull: Pull, consumer: Consumer): boolean {
    const subject = consumer.config.filter_subject;
    const due = this.messages.filter(
      (message) => message.subject === subject && message.seq >= consumer.next,
    );
    for (const { seq, data, headers } of due.slice(0, pull.left)) {
      pull.left--;
      consumer.next = seq + 1;
      const reply = `$JS.ACK.FEED.${pull.name}.1.${seq}.${++consumer.deliveries}.0.0`;
      pull.inbox?.(null, { subject, data, headers, reply } as unknown as core.Msg);
    }
    return pull.left <= 0;
  }

  /** Undefined if nobody is there to answer. */
  #answer(request: Request): object | undefined {
    const { subject, data } = request;
    const asked = () => JSON.parse(text.decode(data));
    const api = subject.startsWith('$JS.API.') ? subject.slice('$JS.API.'.length) : undefined;
    if (api === undefined) return subject.startsWith('tidemark.') ? undefined : this.#store(request);
    if (api === 'STREAM.NAMES') return { streams: ['FEED'] };
    if (api === 'STREAM.INFO.FEED')
      return { config: { name: 'FEED', retention: this.retention }, state: { last_seq: this.#lastSeq } };
    if (api === 'STREAM.MSG.GET.FEED') {
      const { last_by_subj: last, next_by_subj: first } = asked();
      const found =
        this.messages.findLast(({ subject: of }) => of === last) ??
        this.messages.find(({ subject: of }) => of === first);
      return found === undefined ? refusal(10037, 'no message found') : { message: storedForm(found) };
    }
    const name = api.split('.').at(-1) ?? '';
    if (api.startsWith('CONSUMER.DELETE'))
      return this.consumers.delete(name) ? { success: true } : refusal(10014, 'consumer not found');
    if (api.startsWith('CONSUMER.')) {
      const { config } = asked();
      const consumer = { config, next: config.opt_start_seq ?? 1, deliveries: 0, acknowledged: [] };
      this.consumers.set(config.durable_name, consumer);
      return { name: config.durable_name, config };
    }
    return undefined;
  }
}

function refusal(err_code: number, description: string): object {
  return { error: { code: 400, err_code, description } };
}

function storedForm({ subject, seq, data, headers }: EngineMessage): object {
  const lines = headers.keys().map((key) => `${key}: ${headers.get(key)}\r\n`);
  const hdrs = btoa(`NATS/1.0\r\n${lines.join('')}\r\n`);
  const base64 = btoa(String.fromCharCode(...data));
  return { subject, seq, data: base64, hdrs, time: '2026-01-02T03:04:05Z' };
}
