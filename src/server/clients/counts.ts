import { STREAM_KINDS, type StreamKind } from '../../stream/kinds/stream-kinds.ts';
import type { CarriageName } from '../options/server-event.ts';
import { Buckets } from './buckets.ts';
import { StreamCounts, type StreamTaken } from './stream-counts.ts';
import type { CheckedBlock, Tally } from './tally.ts';

/** Upper bounds in seconds. A block takes from less than a millisecond to minutes. */
const BLOCK_SECONDS = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
];
/** Upper bounds in seconds. A message is late by less than a millisecond unless something is wrong. */
const LATENESS_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Why requests are refused, by the status that they get. */
const REFUSALS = {
  400: 'bad_request',
  401: 'unauthorised',
  403: 'forbidden',
  404: 'not_found',
  405: 'method',
  406: 'not_acceptable',
  409: 'conflict',
  411: 'length_required',
  413: 'too_large',
  414: 'uri_too_long',
  415: 'media_type',
  426: 'upgrade_required',
  429: 'too_many_receipts',
  503: 'unavailable',
} as const;
type RefusalReason = (typeof REFUSALS)[keyof typeof REFUSALS] | 'other';

/** Streams that are counted by themselves; the others are counted by their kind. */
export const MOST_STREAMS = 12;

/** How many receipts were right, and how many were not. */
export interface CheckedReceipts {
  readonly verified: number;
  readonly mismatched: number;
}

/** The totals of one kind of stream since the server began. */
export class KindCounts implements Tally {
  messages = 0;
  bytes = 0;
  verified = 0;
  mismatched = 0;
  readonly blockSeconds: Buckets = new Buckets(BLOCK_SECONDS);
  readonly latenessSeconds: Buckets = new Buckets(LATENESS_SECONDS);

  wrote(messages: number, bytes: number, lateMs: number | undefined): void {
    this.messages += messages;
    this.bytes += bytes;
    if (lateMs !== undefined) this.latenessSeconds.observe(lateMs / 1000);
  }

  /** The time of a block that is wrong, or that an outage cut, means nothing. */
  checked(verified: boolean, { interrupted, elapsed_ms }: CheckedBlock): void {
    if (verified) this.verified++;
    else this.mismatched++;
    if (verified && !interrupted) this.blockSeconds.observe(elapsed_ms / 1000);
  }
}

/**
 * The totals of a server since it began: plain numbers, increased where things happen, and read only when somebody asks. Whatever
 * tells them apart is a closed list, so their number is fixed, whatever clients send.
 */
export class Counts {
  readonly kinds: Readonly<Record<StreamKind, KindCounts>> = each(STREAM_KINDS, () => new KindCounts());
  readonly connections: Record<CarriageName, number> = { websocket: 0, http: 0 };
  readonly refusals: Record<RefusalReason, number> = each([...Object.values(REFUSALS), 'other'], () => 0);
  resumes = 0;
  readonly #streams = new Map<string, StreamCounts>();
  /** Where there is no room for another stream. */
  readonly #others: Readonly<Record<StreamKind, StreamCounts>> = each(
    STREAM_KINDS,
    (kind) => new StreamCounts(this.kinds[kind]),
  );

  /** Counts one more client of a stream, until it leaves. @returns what its messages and receipts are counted by */
  entered(name: string): StreamCounts {
    const kind = STREAM_KINDS.find((known) => name.startsWith(known)) ?? STREAM_KINDS[0];
    let counts = this.#streams.get(name);
    if (counts === undefined && this.#streams.size < MOST_STREAMS) {
      counts = new StreamCounts(this.kinds[kind]);
      this.#streams.set(name, counts);
    }
    counts ??= this.#others[kind];
    counts.clients++;
    return counts;
  }

  /** What each stream's clients were sent and reported since the last call. A stream without clients is forgotten. */
  takeStreams(): StreamTaken[] {
    const taken = [...this.#streams].map(([name, counts]) => counts.take(name));
    for (const { stream, clients } of taken) if (clients === 0) this.#streams.delete(stream);
    const others = STREAM_KINDS.map((kind) => this.#others[kind].take(`${kind}…`));
    return [...taken, ...others.filter(({ clients, messages, blocks }) => clients + messages + blocks > 0)];
  }

  /** All receipts that were checked since the server began. */
  get receipts(): CheckedReceipts {
    const kinds = Object.values(this.kinds);
    return {
      verified: kinds.reduce((all, { verified }) => all + verified, 0),
      mismatched: kinds.reduce((all, { mismatched }) => all + mismatched, 0),
    };
  }

  joined(carriage: CarriageName, resumes: boolean): void {
    this.connections[carriage]++;
    if (resumes) this.resumes++;
  }

  /** @param status the HTTP status that says the same as the refusal */
  refused(status: number): void {
    this.refusals[status in REFUSALS ? REFUSALS[status as keyof typeof REFUSALS] : 'other']++;
  }
}

function each<Name extends string, Value>(
  names: readonly Name[],
  make: (name: Name) => Value,
): Record<Name, Value> {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<Name, Value>;
}
