import type { Host } from '../host/host.ts';
import type { MemberDetails } from './members/member-entry.ts';
import { Membership, type MembershipListener } from './members/membership.ts';
import { Holdings } from './names/holdings.ts';
import { LeasedNames } from './names/leased-names.ts';
import { NameBook } from './names/name-book.ts';
import { NameLocks } from './names/name-locks.ts';
import { NameMessages } from './names/name-messages.ts';
import { readNotice } from './names/notice.ts';
import { Settling } from './names/settling.ts';
import type { Bus, BusAnswer } from './store/bus.ts';
import type { ClusterTimes } from './store/cluster-times.ts';
import type { Store } from './store/store.ts';

export interface ClusterMemberOptions {
  readonly member: string;
  readonly process: string;
  readonly details: MemberDetails;
  readonly store: Store;
  readonly bus: Bus;
  readonly host: Host;
  readonly times: ClusterTimes;
}

/** What happens to a member that whoever runs it wants to know. */
export interface ClusterMemberListener {
  /** The store can be reached again, or could not be for as long as others wait before they call a member dead. */
  reach(reached: boolean): void;
  /** Others had called it dead; it has joined again. */
  refenced(): void;
  /** Another process is this member now. This one has lost all its names, and can't get them back. */
  replaced(): void;
}

/** This process as one of the members that serve the same clients, with the names that it leases. */
export class ClusterMember implements MembershipListener {
  readonly membership: Membership;
  readonly names: LeasedNames;
  readonly holdings: Holdings = new Holdings();
  readonly #settling: Settling;
  readonly #listener: ClusterMemberListener;

  /** @param others answers what is no notice of names */
  constructor(
    options: ClusterMemberOptions,
    listener: ClusterMemberListener,
    others: BusAnswer = async () => undefined,
  ) {
    const { store, bus, host, times } = options;
    const membership = new Membership(options);
    const { holdings } = this;
    const locks = new NameLocks();
    const messages = new NameMessages({ bus, host, times, membership, holdings, locks });
    const book = new NameBook(store, membership);
    const parts = { book, membership, holdings, locks, messages };
    this.membership = membership;
    this.names = new LeasedNames(parts);
    this.#settling = new Settling(parts, times);
    this.#listener = listener;
    bus.answerAs(options.member, async (text) => {
      const notice = readNotice(text);
      return notice === undefined ? others(text) : messages.answer(notice);
    });
  }

  join(): Promise<'joined' | 'taken' | 'unanswered'> {
    return this.membership.join(this);
  }

  leave(): Promise<void> {
    return this.membership.leave();
  }

  beat(): void {
    this.#settling.audit();
    void this.#settling.run();
  }

  refenced(): void {
    this.holdings.unsettleAll();
    void this.#settling.run();
    this.#listener.refenced();
  }

  replaced(): void {
    this.holdings.revokeAll();
    this.#listener.replaced();
  }

  reach(reached: boolean): void {
    this.#listener.reach(reached);
  }
}
