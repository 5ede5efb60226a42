import type { Alarm } from '../../host/alarm.ts';
import type { Host } from '../../host/host.ts';
import type { Instant } from '../../measure/instant.ts';
import type { CheckedReceipts, Counts } from '../clients/counts.ts';
import type { Departure, Departures } from '../clients/presence.ts';
import type { StreamTaken } from '../clients/stream-counts.ts';
import type { ServerEvent } from '../options/server-event.ts';
import { Happenings } from './happenings.ts';
import type { FeedLine, Happened, Mark } from './live-line.ts';

const INTERVAL_MS = 1000;
/** Five minutes. */
const MOST_SECONDS = 300;
/** Seconds of which is known what was said in them, for who asks late. */
const MOST_HAPPENED = 5;

/** What a pulse is taken of. */
export interface PulseSources {
  readonly counts: Pick<Counts, 'takeStreams' | 'receipts'>;
  readonly departures: Departures;
  /** How many clients are connected. */
  readonly clients: () => number;
  /** Whether its seconds end where those of others do: at whole seconds of the wall clock. */
  readonly aligned: boolean;
}

/** One second of this process, in a form that can be added up. */
export interface TakenSecond {
  /** Of two seconds the later one has the higher number; of processes whose seconds are aligned, the same second has one number. */
  readonly number: number;
  /** Its end, in milliseconds since 1970. */
  readonly at_ms: number;
  readonly interval_ms: number;
  readonly clients: number;
  readonly streams: readonly StreamTaken[];
}

/** What has been, up to the last second. */
export interface TakenBefore extends CheckedReceipts {
  /** When it began. */
  readonly started: string;
  readonly seconds: readonly TakenSecond[];
  readonly marks: readonly Mark[];
  readonly feed: readonly FeedLine[];
  /** The newest first. */
  readonly left: readonly Departure[];
}

/** What happened in the seconds after a given one, and to whom. */
export interface TakenSince extends CheckedReceipts {
  readonly seconds: readonly TakenSecond[];
  readonly happened: readonly Happened[];
  /** Who left in them, the oldest first. */
  readonly left: readonly Departure[];
}

/**
 * Looks at the server once a second, and remembers the last minutes by stream. What a second costs does not depend on the number of
 * clients.
 */
export class Pulse {
  readonly #sources: PulseSources;
  readonly #host: Host;
  readonly #alarm: Alarm;
  readonly #happenings: Happenings;
  readonly #seconds: TakenSecond[] = [];
  /** Of the last seconds, what happened in each, and how many had left by its end. */
  readonly #lately: { readonly number: number; readonly happened: Happened; readonly departed: number }[] =
    [];
  /** How many had left before those. */
  #departedEarlier = 0;
  readonly #started: string;
  #beating: (second: TakenSecond) => void = () => {};
  #last: Instant;

  constructor(sources: PulseSources, host: Host) {
    this.#sources = sources;
    this.#host = host;
    this.#alarm = host.alarm((now) => this.#beat(now));
    this.#happenings = new Happenings(() => host.dateMs());
    this.#last = host.now();
    this.#started = new Date(this.#last.wallMs).toISOString();
  }

  start(): void {
    this.#last = this.#host.now();
    this.#setAlarm(this.#last);
  }

  stop(): void {
    this.#alarm.clear();
  }

  /** Sets the callback for the end of each second. */
  onBeat(beating: (second: TakenSecond) => void): void {
    this.#beating = beating;
  }

  note(event: ServerEvent): void {
    this.#happenings.note(event);
  }

  /** The number of the last second. */
  get number(): number {
    return this.#seconds.at(-1)?.number ?? 0;
  }

  /** What has been up to the last second. */
  get before(): TakenBefore {
    const { departures, counts } = this.#sources;
    return {
      ...{ started: this.#started, seconds: this.#seconds, ...counts.receipts, ...this.#happenings.before },
      left: departures.recent.slice(departures.count - this.#departedBy(this.number)),
    };
  }

  /** What happened in the seconds behind the one with this number: the last few at most. */
  since(number: number): TakenSince {
    const { departures, counts } = this.#sources;
    const lately = this.#lately.filter((each) => each.number > number);
    const leftSince = departures.count - this.#departedBy(number);
    const leaving = departures.count - this.#departedBy(this.number);
    return {
      ...counts.receipts,
      seconds: this.#seconds.slice(-MOST_HAPPENED).filter((each) => each.number > number),
      happened: lately.map(({ happened }) => happened),
      left: leftSince > leaving ? departures.recent.slice(leaving, leftSince).toReversed() : [],
    };
  }

  #beat(now: Instant): void {
    const { clients, counts, departures, aligned } = this.#sources;
    const second: TakenSecond = {
      number: Math.max(this.number + 1, aligned ? Math.round(now.wallMs / INTERVAL_MS) : 0),
      at_ms: now.wallMs,
      interval_ms: now.monotonicMs - this.#last.monotonicMs,
      ...{ clients: clients(), streams: counts.takeStreams() },
    };
    this.#seconds.push(second);
    if (this.#seconds.length > MOST_SECONDS) this.#seconds.shift();
    this.#lately.push({
      ...{ number: second.number, happened: this.#happenings.take(), departed: departures.count },
    });
    if (this.#lately.length > MOST_HAPPENED) this.#departedEarlier = this.#lately.shift()?.departed ?? 0;
    this.#last = now;
    this.#setAlarm(now);
    this.#beating(second);
  }

  #setAlarm({ monotonicMs, wallMs }: Instant): void {
    const past = this.#sources.aligned ? ((wallMs + INTERVAL_MS / 2) % INTERVAL_MS) - INTERVAL_MS / 2 : 0;
    this.#alarm.set(monotonicMs + INTERVAL_MS - past);
  }

  /** How many had left by the end of a second; if that was long ago, by the earliest that is known. */
  #departedBy(number: number): number {
    return this.#lately.findLast((each) => each.number <= number)?.departed ?? this.#departedEarlier;
  }
}
