import type { Host } from '../../host/host.ts';
import type { Membership } from '../members/membership.ts';
import type { Bus } from '../store/bus.ts';
import type { ClusterTimes } from '../store/cluster-times.ts';
import { pause } from '../store/pause.ts';
import type { Holding } from './holding.ts';
import type { Holdings } from './holdings.ts';
import type { NameEntry } from './name-entry.ts';
import type { NameLocks } from './name-locks.ts';
import { type Notice, readWord, type Word } from './notice.ts';

/** How many beats a member is told again that gives no answer. Whoever was not told finds it out by looking its names up. */
const MOST_TELLINGS = 10;

interface MessageParts {
  readonly bus: Bus;
  readonly host: Host;
  readonly times: ClusterTimes;
  readonly membership: Membership;
  readonly holdings: Holdings;
  readonly locks: NameLocks;
}

/** What members say to each other about names. The store decides; this makes it known soon. */
export class NameMessages {
  readonly #parts: MessageParts;

  constructor(parts: MessageParts) {
    this.#parts = parts;
  }

  /** Asks a member whether it holds a lease that the store has of it. @returns undefined if it gives no answer in time */
  async askHolder({ member, lease }: NameEntry, name: string): Promise<Word | undefined> {
    const answer = await this.#send(member, { ask: 'holds', name, lease });
    return answer === undefined ? undefined : readWord(answer);
  }

  /** If the store has a lease that was taken from another member: tells that member, until it says that it has noted it. */
  tellFormer({ name, standing }: Holding): void {
    const { revision, former } = standing;
    if (revision === undefined || former === undefined) return;
    standing.former = undefined;
    void this.#tellTaken(former, name, revision);
  }

  /** Answers what another member says. */
  answer(notice: Notice): Promise<string> {
    const { locks, holdings } = this.#parts;
    return locks.run(notice.name, async () => {
      const holding = holdings.of(notice.name);
      if (notice.ask === 'holds') {
        if (holding?.id !== notice.lease) return 'unheld';
        return holding.yields ? 'yields' : 'held';
      }
      if (holding === undefined) return 'noted';
      const { revision } = holding.standing;
      if (revision === undefined) holdings.unsettle(notice.name);
      else if (revision < notice.revision) holdings.lose(holding);
      return 'noted';
    });
  }

  async #tellTaken({ member, fence }: NameEntry, name: string, revision: number): Promise<void> {
    const { host, times, membership } = this.#parts;
    for (let tellings = 0; tellings < MOST_TELLINGS; tellings++) {
      if (membership.isDead(member, fence)) return; // it looks all its names up when it is back
      if ((await this.#send(member, { ask: 'taken', name, revision })) === 'noted') return;
      await pause(host, times.beatMs);
    }
  }

  #send(member: string, notice: Notice): Promise<string | undefined> {
    const { bus, times } = this.#parts;
    return bus.request(member, JSON.stringify(notice), times.answerMs);
  }
}
