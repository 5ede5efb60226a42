import type { ClusterTimes } from '../store/cluster-times.ts';
import type { Holding } from './holding.ts';
import type { NameParts } from './leased-names.ts';
import type { NameReading } from './name-book.ts';

/** How many names are settled at the same time. */
const WIDTH = 32;

/** What became of a name: it is settled; the store has changed meanwhile; somebody has to be waited for; the store gives no answer. */
type Settlement = 'settled' | 'again' | 'waits' | 'unanswered';

/**
 * Makes the store have what this member holds, wherever the two may differ: names that were given or released while the store could
 * not be asked, all names once others have called this member dead, and in turn each name, in case nobody could tell that it was taken.
 */
export class Settling {
  readonly #parts: NameParts;
  readonly #times: ClusterTimes;
  #running = false;
  #auditShare = 0;

  constructor(parts: NameParts, times: ClusterTimes) {
    this.#parts = parts;
    this.#times = times;
  }

  /** Has names looked up, so many that each comes in its turn; to be called once a beat. */
  audit(): void {
    const { holdings } = this.#parts;
    this.#auditShare += (holdings.size * this.#times.beatMs) / this.#times.auditMs;
    const count = Math.floor(this.#auditShare);
    this.#auditShare -= count;
    for (const { name } of holdings.toAudit(count)) holdings.unsettle(name);
  }

  /** Settles what there is to settle, as long as the store gives answers. */
  async run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    const { holdings, locks } = this.#parts;
    for (let left = holdings.unsettled; left > 0; left -= WIDTH) {
      const names = holdings.toSettle(Math.min(left, WIDTH));
      const outcomes = await Promise.all(names.map((name) => locks.run(name, () => this.#settle(name))));
      if (outcomes.includes('unanswered')) break;
    }
    this.#running = false;
  }

  async #settle(name: string): Promise<Settlement> {
    const { holdings } = this.#parts;
    const holding = holdings.of(name);
    const outcome = holding === undefined ? await this.#clear(name) : await this.#compare(holding);
    const unchanged = holdings.of(name) === holding;
    if (outcome === 'settled' && unchanged) holdings.settled(name);
    else holdings.unsettle(name);
    return outcome;
  }

  /** Nobody holds it here. */
  async #clear(name: string): Promise<Settlement> {
    const { book, holdings } = this.#parts;
    let revision = holdings.leftAt(name);
    if (revision === undefined) {
      const read = await book.look(name);
      if (read === 'unanswered') return read;
      if (read.entry === undefined || !book.isOwn(read.entry)) return 'settled';
      revision = read.revision;
    }
    const written = await book.remove(name, revision);
    return written === 'unanswered' ? written : 'settled';
  }

  async #compare(holding: Holding): Promise<Settlement> {
    const { book, holdings } = this.#parts;
    const read = await book.look(holding.name);
    if (read === 'unanswered') return read;
    if (holdings.of(holding.name) !== holding) return 'again';
    const { standing } = holding;
    if (read.revision < (standing.revision ?? 0)) return 'settled'; // it was read from who lags behind
    const { entry } = read;
    if (entry === undefined || book.isFree(entry)) {
      if (entry === undefined || !book.has(entry, holding)) return this.#write(holding, read);
      return this.#stored(holding, read.revision);
    }
    if (standing.wasStored) holdings.lose(holding);
    else if (read.revision > standing.after) holdings.revoke(holding);
    else return this.#takeOver(holding, read);
    return 'settled';
  }

  #stored(holding: Holding, revision: number): 'settled' {
    const { standing } = holding;
    standing.revision = revision;
    standing.wasStored = true;
    this.#parts.messages.tellFormer(holding);
    return 'settled';
  }

  async #write(holding: Holding, { revision }: NameReading): Promise<Settlement> {
    const written = await this.#parts.book.write(holding, revision);
    if (typeof written === 'number') return this.#stored(holding, written);
    return written === 'conflict' ? 'again' : written;
  }

  /** The entry of another member is older than this lease, which was given when the store could not be asked. */
  async #takeOver(holding: Holding, read: NameReading): Promise<Settlement> {
    const { holdings, messages } = this.#parts;
    const { entry } = read;
    if (entry === undefined) return 'again';
    if (entry.digest !== holding.digest) {
      const word = await messages.askHolder(entry, holding.name);
      if (word === undefined) return 'waits';
      if (word === 'held') {
        holdings.revoke(holding);
        return 'settled';
      }
    }
    holding.standing.former = entry;
    return this.#write(holding, read);
  }
}
