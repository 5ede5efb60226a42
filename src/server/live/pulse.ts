import type { FrameConnection } from '../../carriage/connection.ts';
import type { Alarm } from '../../host/alarm.ts';
import type { Host } from '../../host/host.ts';
import type { Instant } from '../../measure/instant.ts';
import { VERSION } from '../../version.ts';
import type { Counts } from '../clients/counts.ts';
import type { Occupants } from '../clients/occupants.ts';
import type { Departures, Presence } from '../clients/presence.ts';
import type { ServerEvent } from '../options/server-event.ts';
import { Happenings } from './happenings.ts';
import type { LiveLine, LiveOpening, LiveSecond, Moment } from './live-line.ts';
import { Watcher } from './watcher.ts';

const INTERVAL_MS = 1000;
/** Five minutes. */
const MOST_SECONDS = 300;
/** As in one answer of `/clients`. */
const MOST_LISTED = 1000;
const MOST_WATCHERS = 32;

/** What a pulse is taken of. */
export interface PulseSources {
  readonly counts: Counts;
  readonly occupants: Occupants;
  readonly departures: Departures;
  /** How many clients are connected. */
  readonly clients: () => number;
  readonly chaos: string;
  /** Whether an admin can ask clients to leave. */
  readonly dismisses: boolean;
  /** Whether only this machine can connect. */
  readonly onLoopback: boolean;
}

/**
 * Looks at the server once a second, remembers the last minutes by stream, and tells who watches. What a second costs depends on the
 * number of clients only while somebody watches, and hardly on the number of watchers, who get the same bytes.
 */
export class Pulse {
  readonly #sources: PulseSources;
  readonly #host: Host;
  readonly #alarm: Alarm;
  readonly #happenings: Happenings;
  readonly #watchers = new Set<Watcher>();
  readonly #seconds: Moment[] = [];
  readonly #started: string;
  #last: Instant;
  #departed = 0;

  constructor(sources: PulseSources, host: Host) {
    this.#sources = sources;
    this.#host = host;
    this.#alarm = host.alarm((now) => this.#beat(now));
    this.#happenings = new Happenings(() => host.dateMs());
    this.#last = host.now();
    this.#started = new Date(this.#last.wallMs).toISOString();
  }

  /** Whether there are as many watchers as there may be. */
  get isFull(): boolean {
    return this.#watchers.size >= MOST_WATCHERS;
  }

  start(): void {
    this.#last = this.#host.now();
    this.#alarm.set(this.#last.monotonicMs + INTERVAL_MS);
  }

  stop(): void {
    this.#alarm.clear();
  }

  note(event: ServerEvent): void {
    this.#happenings.note(event);
  }

  /** Sends the opening, and from now on every second. @param left called once, when the connection has ended */
  watch(connection: FrameConnection, byAdmin: boolean, left: () => void): Watcher {
    const watcher = new Watcher(connection, byAdmin || this.#sources.onLoopback, (gone) => {
      this.#watchers.delete(gone);
      left();
    });
    this.#watchers.add(watcher);
    watcher.open(this.#opening(watcher));
    return watcher;
  }

  #beat(now: Instant): void {
    const moment = this.#moment(now);
    this.#seconds.push(moment);
    if (this.#seconds.length > MOST_SECONDS) this.#seconds.shift();
    const happened = this.#happenings.take();
    const { departures, counts } = this.#sources;
    const departing = this.#departing;
    this.#departed = departures.count;
    this.#last = now;
    this.#alarm.set(now.monotonicMs + INTERVAL_MS);
    if (this.#watchers.size === 0) return;
    const left = departures.recent.slice(0, departing).toReversed();
    const { receipts } = counts;
    this.#tell({ type: 'second', ...moment, ...receipts, ...happened, roster: this.#roster(), left });
  }

  #moment(now: Instant): Moment {
    return {
      at_ms: now.wallMs,
      interval_ms: now.monotonicMs - this.#last.monotonicMs,
      clients: this.#sources.clients(),
      streams: this.#sources.counts.takeStreams(),
    };
  }

  #roster(): Presence[] {
    return this.#sources.occupants
      .clients()
      .slice(0, MOST_LISTED)
      .map((client) => client.presence());
  }

  #tell(second: LiveSecond): void {
    const lines = new Map<boolean, Uint8Array>();
    for (const watcher of this.#watchers) {
      const { withAddresses } = watcher;
      const line = lines.get(withAddresses) ?? encoded(second, withAddresses);
      lines.set(withAddresses, line);
      watcher.second(line, () => this.#opening(watcher));
    }
  }

  /** How many have left in this second. */
  get #departing(): number {
    return this.#sources.departures.count - this.#departed;
  }

  #opening({ withAddresses }: Watcher): Uint8Array {
    const { chaos, dismisses, departures, counts } = this.#sources;
    const opening: LiveOpening = {
      ...{ type: 'opening', version: VERSION, started: this.#started },
      ...{ chaos: chaos === '' ? null : chaos, dismisses, seconds: this.#seconds },
      ...counts.receipts,
      ...this.#happenings.before,
      left: departures.recent.slice(this.#departing),
    };
    return encoded(opening, withAddresses);
  }
}

function withoutAddresses(line: LiveLine): LiveLine {
  const hidden = <T extends Presence>(presence: T) => ({ ...presence, address: null });
  const left = line.left.map(hidden);
  return line.type === 'second' ? { ...line, roster: line.roster.map(hidden), left } : { ...line, left };
}

function encoded(line: LiveLine, withAddresses: boolean): Uint8Array {
  return Buffer.from(`${JSON.stringify(withAddresses ? line : withoutAddresses(line))}\n`);
}
