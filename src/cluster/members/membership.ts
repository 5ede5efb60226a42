import type { Alarm } from '../../host/alarm.ts';
import type { Host } from '../../host/host.ts';
import type { ClusterTimes } from '../store/cluster-times.ts';
import { pause } from '../store/pause.ts';
import type { Entry, Store } from '../store/store.ts';
import { Fences } from './fences.ts';
import {
  MEMBER_PREFIX,
  type MemberDetails,
  type MemberEntry,
  memberKey,
  memberOf,
  readMember,
  writeDead,
  writeMember,
} from './member-entry.ts';
import { Sightings } from './sightings.ts';

/** How many of those behind it in the order of ids a member watches. */
const WATCHED = 2;

export interface MembershipOptions {
  /** The id of this member, which no other has. */
  readonly member: string;
  /** What no other process has ever drawn. */
  readonly process: string;
  readonly details: MemberDetails;
  readonly store: Store;
  readonly host: Host;
  readonly times: ClusterTimes;
}

/** Who wants to know what becomes of the membership. */
export interface MembershipListener {
  /** A beat has been written. */
  beat(): void;
  /** Others have called this member dead. It has joined again, with another fence: what it held by the old one counts no more. */
  refenced(): void;
  /** Another process has joined as this member, after it was called dead. */
  replaced(): void;
  /** The store could be reached, or could not, for as long as others wait before they call a member dead. */
  reach(reached: boolean): void;
}

/**
 * This process as a member: it joins, shows by a write a beat that it is there, and calls others dead that do not.
 *
 * The write is a compare-and-set. So is the one by which another calls this member dead, on the same key: exactly one of the two is
 * made, and a member that could write its beat was not called dead before.
 */
export class Membership {
  readonly member: string;
  readonly #options: MembershipOptions;
  readonly #fences = new Fences();
  readonly #sightings = new Sightings();
  readonly #alarm: Alarm;
  #listener: MembershipListener | undefined;
  #members: ReadonlyMap<string, MemberEntry> = new Map();
  #revision = 0;
  #fence = 0;
  #beats = 0;
  #latest = 0;
  /** When the last beat was written. */
  #beatMs = Number.NEGATIVE_INFINITY;
  #reached = false;
  #over = false;

  constructor(options: MembershipOptions) {
    this.member = options.member;
    this.#options = options;
    this.#alarm = options.host.alarm(() => void this.#beat());
  }

  /** Counts names as this member's, and as those of this membership. It changes when others have called it dead. */
  get fence(): number {
    return this.#fence;
  }

  /** The highest revision that was seen, of any key: what has a lower one was written earlier. */
  get latest(): number {
    return this.#latest;
  }

  /** Whether the store has been reached of late. */
  get reached(): boolean {
    return this.#reached;
  }

  /** Those that were there when the list was last read, this one too. */
  get members(): ReadonlyMap<string, MemberEntry> {
    return this.#members;
  }

  /** Notes the revision of whatever was read or written. */
  saw(revision: number): void {
    this.#latest = Math.max(this.#latest, revision);
  }

  /**
   * Joins. If the store has a member of this id that is not dead, it is waited for until it moves, or may be called dead.
   *
   * @returns why it did not: another is there; the store gave no answer
   */
  async join(listener: MembershipListener): Promise<'joined' | 'taken' | 'unanswered'> {
    const { store, host, times, member } = this.#options;
    this.#listener = listener;
    for (;;) {
      const entry = await store.get(memberKey(member));
      if (entry === 'unanswered') return entry;
      this.#sightings.reached(this.#nowMs);
      const found = readMember(entry);
      const own = found?.process === this.#options.process;
      if (own || found === undefined || found.dead) {
        const joined = own ? this.#joinedAt(entry.revision) : await this.#enter(entry);
        if (joined === 'conflict') continue;
        if (joined === 'unanswered') return joined;
        this.#alarm.set(this.#nowMs + times.beatMs / 4); // finding out that it had joined may have taken a while
        await this.refresh();
        return joined;
      } else if ((await this.judge(member, found.fence)) === 'alive') return 'taken';
      else await pause(host, times.beatMs / 4);
    }
  }

  /** Whether it is known that this fence of a member counts no more. */
  isDead(member: string, fence: number): boolean {
    return this.#fences.isDead(member, fence);
  }

  /** Finds out whether a member is there, which takes until it moves, or has been silent for long enough to be called dead. */
  async judge(member: string, fence: number): Promise<'alive' | 'dead' | 'unknown'> {
    const { host, times } = this.#options;
    const askedMs = this.#nowMs;
    for (;;) {
      if (this.isDead(member, fence)) return 'dead';
      if (!(await this.#look(member, fence))) return 'unknown';
      if (this.isDead(member, fence)) return 'dead';
      if (this.#sightings.hasMoved(member, askedMs)) return 'alive';
      await pause(host, times.beatMs / 4);
      if (this.#over) return 'unknown';
    }
  }

  /** Reads the list of members. @returns whether there was an answer */
  async refresh(): Promise<boolean> {
    const { store } = this.#options;
    const list = await store.list(MEMBER_PREFIX);
    if (list === 'unanswered') return false;
    const members = new Map<string, MemberEntry>();
    const nowMs = this.#nowMs;
    for (const [key, entry] of list) {
      const found = this.#note(memberOf(key), entry, nowMs);
      if (found !== undefined && !found.dead) members.set(memberOf(key), found);
    }
    this.#members = members;
    return true;
  }

  /** Leaves for good: whatever it holds is free. */
  async leave(): Promise<void> {
    this.#over = true;
    this.#alarm.clear();
    await this.#options.store.update(memberKey(this.member), writeDead(this.#fence), this.#revision);
  }

  /** Of this process's own monotonic clock: it is compared with no other clock, and nobody sets it. */
  get #nowMs(): number {
    return this.#options.host.now().monotonicMs;
  }

  get #patienceMs(): number {
    const { beatMs, silentBeats } = this.#options.times;
    return beatMs * silentBeats;
  }

  /** Writes that it is there with a new fence. */
  async #enter({ revision }: Entry): Promise<'joined' | 'conflict' | 'unanswered'> {
    const { store, member, process, details } = this.#options;
    const state = { ...details, process, fence: undefined, beat: 0 };
    const written = await store.update(memberKey(member), writeMember(state), revision);
    return typeof written === 'number' ? this.#joinedAt(written) : written;
  }

  #joinedAt(revision: number): 'joined' {
    this.#fence = revision;
    this.#wrote(revision);
    return 'joined';
  }

  #wrote(revision: number): void {
    this.#revision = revision;
    this.#beatMs = this.#nowMs;
    this.saw(revision);
    this.#sightings.reached(this.#beatMs);
    this.#setReached(true);
  }

  #missed(): void {
    this.#sightings.lost();
    if (this.#nowMs - this.#beatMs > this.#patienceMs) this.#setReached(false);
  }

  async #beat(): Promise<void> {
    const { store, process, details, times } = this.#options;
    const startMs = this.#nowMs;
    this.#beats++;
    const state = { ...details, process, fence: this.#fence, beat: this.#beats };
    const written = await store.update(memberKey(this.member), writeMember(state), this.#revision);
    if (typeof written === 'number') this.#wrote(written);
    else if (written === 'conflict') await this.#readBack();
    else this.#missed();
    if (this.#over) return;
    const isWritten = this.#beatMs >= startMs;
    this.#alarm.set(isWritten ? startMs + times.beatMs : this.#nowMs + times.beatMs / 4);
    if (!isWritten) return;
    this.#listener?.beat();
    await this.#watch();
  }

  /** A write of its own has arrived late, or another has called it dead. */
  async #readBack(): Promise<void> {
    const entry = await this.#options.store.get(memberKey(this.member));
    if (entry === 'unanswered' || entry.revision < this.#revision || this.#over) return;
    const found = readMember(entry);
    if (found !== undefined && found.process === this.#options.process) {
      const isNew = found.fence !== this.#fence;
      this.#fence = found.fence;
      this.#wrote(entry.revision);
      if (isNew) this.#listener?.refenced();
    } else if (found === undefined || found.dead) {
      if ((await this.#enter(entry)) === 'joined') this.#listener?.refenced();
    } else {
      this.#over = true;
      this.#listener?.replaced();
    }
  }

  /** Looks after those behind it, so that each member is watched by some. */
  async #watch(): Promise<void> {
    const { listBeats } = this.#options.times;
    if (this.#beats % listBeats === 1) await this.refresh();
    for (const { id, fence } of this.#successors()) if (!this.isDead(id, fence)) await this.#look(id, fence);
  }

  #successors(): { id: string; fence: number }[] {
    const others = [...this.#members]
      .filter(([id]) => id !== this.member)
      .map(([id, { fence }]) => ({ id, fence }));
    others.sort((a, b) => (a.id < b.id ? -1 : 1));
    const behind = others.findIndex(({ id }) => id > this.member);
    const ring = behind < 0 ? others : [...others.slice(behind), ...others.slice(0, behind)];
    return ring.slice(0, WATCHED);
  }

  /** Reads a member, and calls it dead if it has been silent for too long. @returns whether the store gave answers */
  async #look(member: string, fence: number): Promise<boolean> {
    const { store } = this.#options;
    const entry = await store.get(memberKey(member));
    if (entry === 'unanswered') return false;
    this.#note(member, entry, this.#nowMs);
    if (this.isDead(member, fence) || this.#over) return true;
    if (this.#sightings.silentMs(member, this.#nowMs) < this.#patienceMs) return true;
    const dead = { fence: readMember(entry)?.fence ?? fence, dead: true };
    const written = await store.update(memberKey(member), writeDead(dead.fence), entry.revision);
    if (written === 'unanswered') return false;
    if (written === 'conflict') this.#sightings.forget(member);
    else this.#fences.note(member, dead);
    return true;
  }

  #note(member: string, entry: Entry, nowMs: number): MemberEntry | undefined {
    this.saw(entry.revision);
    this.#sightings.see(member, entry.revision, nowMs);
    const found = readMember(entry);
    if (found !== undefined) this.#fences.note(member, found);
    return found;
  }

  #setReached(reached: boolean): void {
    if (this.#reached === reached) return;
    this.#reached = reached;
    this.#listener?.reach(reached);
  }
}
