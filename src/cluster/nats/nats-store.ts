import type { JetStreamClient } from '@nats-io/jetstream';
import type { KV, KvEntry } from '@nats-io/kv';
import { failureOfJetStream } from '../../carriage/nats/nats-failure.ts';
import type { OpenNats } from '../../carriage/nats/open-nats.ts';
import { systemHost } from '../../host/host.ts';
import { pause } from '../store/pause.ts';
import type { Entry, Store, Unanswered, Written } from '../store/store.ts';
import type { NatsReach } from './nats-reach.ts';

/** A member's beat must be answered, or not, before the next one is due. */
const ANSWER_MS = 1500;
/** A list has an entry of each member. */
const LIST_MS = 5000;
/** The bucket is made once, maybe while the servers choose a leader, and while other nodes make it. */
const OPEN_MS = 5000;
/** So long it may take to find a leader, where a server has just been killed or halted. */
const OPENING_MS = 60_000;
const OPEN_AGAIN_MS = 500;
const REPLICAS = 3;
const WRONG_LAST_SEQUENCE = 10_071;
/** There are not so many servers: "replicas > 1 not supported in non-clustered mode", "no suitable peers". */
const TOO_FEW_SERVERS: readonly number[] = [10_074, 10_005, 10_023];

/**
 * A key-value bucket of NATS JetStream. A revision is the sequence number of a message in the bucket's stream, so it is one order of all
 * writes; a write is a message that is taken only if the last one of its subject has the expected number (0 if there is none). Keys are
 * read from the stream's leader, never from followers, which may lag behind (nats-server#4710); even a leader may just have been
 * replaced, so what is read may be old all the same. Nothing expires: replicas of nats-server 2.9 disagree on what has (nats-server#3653).
 */
export class NatsStore implements Store {
  readonly #js: JetStreamClient;
  readonly #kv: KV;
  readonly #bucket: string;
  readonly #headers: OpenNats['core']['headers'];
  readonly #reach: NatsReach;

  private constructor(js: JetStreamClient, kv: KV, bucket: string, { core }: OpenNats, reach: NatsReach) {
    this.#js = js;
    this.#kv = kv;
    this.#bucket = bucket;
    this.#headers = core.headers;
    this.#reach = reach;
  }

  /**
   * Opens a bucket; makes it where there is none, on three servers if there are so many.
   *
   * @throws NatsFailure, a sentence
   */
  static async open(nats: OpenNats, bucket: string, reach: NatsReach): Promise<NatsStore> {
    const js = nats.jetstream.jetstream(nats.connection, { timeout: OPEN_MS });
    const make = (replicas: number) =>
      new nats.kv.Kvm(js).create(bucket, { history: 1, replicas, allow_direct: false, timeout: OPEN_MS });
    const untilMs = performance.now() + OPENING_MS;
    for (;;) {
      try {
        const kv = await make(REPLICAS).catch((error: unknown) => {
          if (TOO_FEW_SERVERS.includes(codeOf(error) ?? 0)) return make(1);
          throw error;
        });
        return new NatsStore(js, kv, bucket, nats, reach);
      } catch (error) {
        const failure = failureOfJetStream(error, `open the bucket ${bucket}`);
        if (failure.lasting || performance.now() > untilMs) throw failure;
        await pause(systemHost, OPEN_AGAIN_MS);
      }
    }
  }

  async get(key: string): Promise<Entry | Unanswered> {
    return this.#answered(async () => {
      const found = await this.#kv.get(key);
      return found === null ? { revision: 0, value: undefined } : entryOf(found);
    }, ANSWER_MS);
  }

  update(key: string, value: string, revision: number): Promise<Written> {
    return this.#write(key, value, revision, undefined);
  }

  remove(key: string, revision: number): Promise<Written> {
    return this.#write(key, '', revision, 'DEL');
  }

  async list(prefix: string): Promise<ReadonlyMap<string, Entry> | Unanswered> {
    return this.#answered(async (over) => {
      const found = new Map<string, Entry>();
      const entries = await this.#kv.history({ key: `${prefix}>` });
      void over.then(() => entries.stop());
      for await (const entry of entries) found.set(entry.key, entryOf(entry));
      for (const [key, { value }] of found) if (value === undefined) found.delete(key);
      return found;
    }, LIST_MS);
  }

  #write(key: string, value: string, revision: number, operation: 'DEL' | undefined): Promise<Written> {
    return this.#answered<Written>(async () => {
      const headers = this.#headers();
      if (operation !== undefined) headers.set('KV-Operation', operation);
      const expect = { lastSubjectSequence: revision };
      const subject = `$KV.${this.#bucket}.${key}`;
      try {
        const { seq } = await this.#js.publish(subject, value, { headers, expect, timeout: ANSWER_MS });
        return seq;
      } catch (error) {
        if (codeOf(error) === WRONG_LAST_SEQUENCE) return 'conflict';
        throw error;
      }
    }, ANSWER_MS);
  }

  /** Nothing is asked for while there is no connection: it would be kept, and sent when there is one again. */
  async #answered<Result>(
    ask: (over: Promise<void>) => Promise<Result>,
    timeoutMs: number,
  ): Promise<Result | Unanswered> {
    if (!this.#reach.connected) return 'unanswered';
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeoutMs);
    });
    try {
      return await Promise.race([ask(over), over.then((): Unanswered => 'unanswered')]);
    } catch (error) {
      this.#reach.failed(error);
      return 'unanswered';
    } finally {
      clearTimeout(timer);
    }
  }
}

function entryOf(entry: KvEntry): Entry {
  return { revision: entry.revision, value: entry.operation === 'PUT' ? entry.string() : undefined };
}

function codeOf(error: unknown): number | undefined {
  const { code } = error as { code?: unknown };
  return typeof code === 'number' ? code : undefined;
}
