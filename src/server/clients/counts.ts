import { STREAM_KINDS, type StreamKind } from '../../stream/kinds/stream-kinds.ts';
import type { CarriageName } from '../options/server-event.ts';
import { Buckets } from './buckets.ts';

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

/** The totals of one kind of stream since the server began. */
export class KindCounts {
  messages = 0;
  bytes = 0;
  verified = 0;
  mismatched = 0;
  readonly blockSeconds: Buckets = new Buckets(BLOCK_SECONDS);
  readonly latenessSeconds: Buckets = new Buckets(LATENESS_SECONDS);

  /**
   * Counts one write to a connection.
   *
   * @param lateMs how late its first message was; undefined if it had no due time
   */
  wrote(messages: number, bytes: number, lateMs: number | undefined): void {
    this.messages += messages;
    this.bytes += bytes;
    if (lateMs !== undefined) this.latenessSeconds.observe(lateMs / 1000);
  }

  /** Counts a receipt that was checked. The time of a block that is wrong, or that an outage cut, means nothing. */
  checked(
    verified: boolean,
    { interrupted, elapsed_ms }: { interrupted: boolean; elapsed_ms: number },
  ): void {
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

  /** The totals of the kind that a stream's name begins with. */
  ofStream(name: string): KindCounts {
    const kind = STREAM_KINDS.find((known) => name.startsWith(known)) ?? STREAM_KINDS[0];
    return this.kinds[kind];
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

function each<Name extends string, Value>(names: readonly Name[], make: () => Value): Record<Name, Value> {
  return Object.fromEntries(names.map((name) => [name, make()])) as Record<Name, Value>;
}
