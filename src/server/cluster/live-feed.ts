import type { FrameConnection } from '../../carriage/connection.ts';
import type { Alarm } from '../../host/alarm.ts';
import type { Host } from '../../host/host.ts';
import { VERSION } from '../../version.ts';
import type { Presence } from '../clients/presence.ts';
import type { LiveLine, LiveOpening } from '../live/live-line.ts';
import type { Pulse } from '../live/pulse.ts';
import { Watcher } from '../live/watcher.ts';
import type { Cluster, Round } from './cluster.ts';
import { openingOf, secondOf } from './live-lines.ts';
import type { BeforeQuestion, LatelyHere, SinceQuestion } from './question.ts';

const MOST_WATCHERS = 32;
/** How long after the end of a second others are asked about it: by then theirs, which ends at the same time, has been taken. */
const ASKED_AFTER_MS = 200;

export interface LiveFeedOptions {
  readonly pulse: Pulse;
  readonly cluster: Cluster;
  /** What happened here after the second with this number. */
  readonly since: (number: number) => LatelyHere;
  readonly chaos: string;
  /** Whether an admin can ask clients to leave. */
  readonly dismisses: boolean;
  /** Whether only this machine can connect. */
  readonly onLoopback: boolean;
}

/**
 * Tells who watches, once a second, what happened at this member and at all others. A second depends on the number of clients only
 * while somebody watches, and hardly on the number of watchers, who get the same bytes.
 */
export class LiveFeed {
  readonly #options: LiveFeedOptions;
  readonly #asking: Alarm;
  readonly #watchers = new Set<Watcher>();
  /** The watchers that wait for an opening. */
  readonly #opening = new Set<Watcher>();
  /** Of each member that was heard of, the number of the last second that is known, and how many clients it had then. */
  readonly #known = new Map<string, { readonly number: number; readonly clients: number }>();
  /** The number of the last second that was told. */
  #told = 0;
  /** Whether a second has ended that is not told yet. */
  #telling = false;
  /** Whether others are being asked about it. */
  #inFlight = false;

  constructor(options: LiveFeedOptions, host: Host) {
    const { pulse, cluster } = options;
    this.#options = options;
    this.#asking = host.alarm(() => void this.#tell());
    pulse.onBeat(() => {
      this.#telling = true;
      if (cluster.alone || this.#watchers.size === 0) void this.#tell();
      else this.#asking.set(host.now().monotonicMs + ASKED_AFTER_MS);
    });
  }

  /** Whether there are as many watchers as there may be. */
  get isFull(): boolean {
    return this.#watchers.size >= MOST_WATCHERS;
  }

  stop(): void {
    this.#asking.clear();
  }

  /** Sends the opening, and from now on every second. @param left called once, when the connection has ended */
  watch(connection: FrameConnection, byAdmin: boolean, left: () => void): Watcher {
    const watcher = new Watcher(connection, byAdmin || this.#options.onLoopback, (gone) => {
      this.#watchers.delete(gone);
      this.#opening.delete(gone);
      left();
    });
    this.#watchers.add(watcher);
    this.#opening.add(watcher);
    if (!this.#telling) void this.#open();
    return watcher;
  }

  async #tell(): Promise<void> {
    if (this.#inFlight) return; // the next second says both
    const { pulse, cluster, since } = this.#options;
    if (this.#watchers.size > 0) {
      const seconds = Object.fromEntries([...this.#known].map(([id, { number }]) => [id, number]));
      const own = { member: cluster.self, answer: since(this.#told) };
      const until = pulse.number;
      this.#inFlight = true;
      const others = cluster.alone
        ? NOBODY
        : await cluster.ask({ ask: 'since', seconds, otherwise: this.#told }, 'cluster');
      this.#inFlight = false;
      this.#tellSecond({ ...others, answers: [own, ...others.answers] });
      this.#told = until;
    } else {
      this.#known.clear();
      this.#told = pulse.number;
    }
    this.#telling = false;
    if (this.#opening.size > 0) void this.#open();
  }

  #tellSecond(round: Round<SinceQuestion>): void {
    const clients = (id: string) => this.#known.get(id)?.clients ?? 0;
    const second: LiveLine = { type: 'second', ...secondOf(round, clients) };
    for (const { member, answer } of round.answers) {
      const last = answer.seconds.at(-1);
      if (last !== undefined) this.#known.set(member.id, last);
    }
    const lines = new Lines(second);
    for (const watcher of this.#watchers) {
      if (this.#opening.has(watcher)) continue;
      if (!watcher.second(lines.line(watcher))) this.#opening.add(watcher);
    }
  }

  async #open(): Promise<void> {
    const { pulse, cluster, chaos, dismisses } = this.#options;
    const own = { member: cluster.self, answer: pulse.before };
    const others: Round<BeforeQuestion> = cluster.alone
      ? NOBODY
      : await cluster.ask({ ask: 'before' }, 'cluster');
    const { started, ...before } = openingOf({ ...others, answers: [own, ...others.answers] }, this.#told);
    const opening: LiveOpening = {
      ...{ type: 'opening', version: VERSION, started },
      ...{ chaos: chaos === '' ? null : chaos, dismisses },
      ...before,
    };
    const lines = new Lines(opening);
    for (const watcher of this.#opening) watcher.open(lines.line(watcher));
    this.#opening.clear();
  }
}

const NOBODY = { answers: [], missing: [] };

/** A line as each watcher may see it. */
class Lines {
  readonly #line: LiveLine;
  readonly #encoded = new Map<boolean, Uint8Array>();

  constructor(line: LiveLine) {
    this.#line = line;
  }

  line({ withAddresses }: Watcher): Uint8Array {
    const line = this.#encoded.get(withAddresses) ?? encoded(this.#line, withAddresses);
    this.#encoded.set(withAddresses, line);
    return line;
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
