import type { ConnectionLimits } from '../server/clients/connection-limits.ts';
import { OwnRooms, type Rooms } from '../server/clients/rooms.ts';
import type { Answered, Cluster, Member, Reach, Round } from '../server/cluster/cluster.ts';
import type { AnswerTo, Question, Responder } from '../server/cluster/question.ts';
import { ClusterMember, type ClusterMemberListener, type ClusterMemberOptions } from './cluster-member.ts';
import { type MemberEntry, readObject } from './members/member-entry.ts';

/** Who takes part in the names, and is left out of the roster. */
export interface ForeignNode {
  readonly id: string;
  readonly version: string;
  /** Whether its version differs; otherwise it is what it was given to serve. */
  readonly otherVersion: boolean;
}

export interface NodeListener extends ClusterMemberListener {
  /** A node was found that serves otherwise. */
  foreign(node: ForeignNode): void;
}

/**
 * The nodes that serve the same clients, as one of them sees them. Only those of the same version, which serve the same streams under the
 * same names, answer each other; the others are named as missing.
 */
export class NodeCluster implements Cluster {
  readonly self: Member;
  readonly alone = false;
  readonly member: ClusterMember;
  readonly #options: ClusterMemberOptions;
  readonly #listener: NodeListener;
  /** Those that were told of. */
  readonly #foreign = new Set<string>();
  #responder: Responder | undefined;
  #listedMs = Number.NEGATIVE_INFINITY;

  constructor(options: ClusterMemberOptions, listener: NodeListener) {
    this.self = { id: options.member, node: options.member };
    this.#options = options;
    this.#listener = listener;
    this.member = new ClusterMember(options, listener, (text) => this.#answer(text));
  }

  roomsWith(limits: ConnectionLimits): Rooms {
    return new OwnRooms(this.member.names, limits);
  }

  answerBy(responder: Responder): void {
    this.#responder = responder;
  }

  async ask<Q extends Question>(question: Q, reach: Reach): Promise<Round<Q>> {
    if (reach === 'node') return { answers: [], missing: [] };
    await this.#list();
    const { waiting, foreign } = this.#others();
    const answers: Answered<Q>[] = [];
    const take = (text: string): boolean => {
      const answered = readAnswer<Q>(text);
      if (answered !== undefined && waiting.delete(answered.member.id)) answers.push(answered);
      return waiting.size > 0;
    };
    const { bus, times } = this.#options;
    if (waiting.size > 0) await bus.requestAll(this.#asked(question), times.answerMs, take);
    answers.sort((a, b) => (a.member.id < b.member.id ? -1 : 1));
    return { answers, missing: [...waiting, ...foreign].sort() };
  }

  async askOne<Q extends Question>(id: string, question: Q): Promise<AnswerTo<Q> | undefined> {
    if (!this.member.membership.members.has(id)) return undefined;
    const { bus, times } = this.#options;
    const text = await bus.request(id, this.#asked(question), times.answerMs);
    return text === undefined ? undefined : readAnswer<Q>(text)?.answer;
  }

  /** Reads the list of members, unless it was read within the last beat. */
  async #list(): Promise<void> {
    const { host, times } = this.#options;
    const { monotonicMs } = host.now();
    if (monotonicMs - this.#listedMs < times.beatMs || !this.member.membership.reached) return;
    this.#listedMs = monotonicMs;
    await this.member.membership.refresh();
  }

  #others(): { waiting: Set<string>; foreign: string[] } {
    const others = [...this.member.membership.members].filter(([id]) => id !== this.self.id);
    others.sort(([a], [b]) => (a < b ? -1 : 1));
    const isForeign = ([, entry]: [string, MemberEntry]) => !this.#isAlike(entry);
    const foreign = others.filter(isForeign);
    for (const [id, { version }] of foreign) {
      if (this.#foreign.has(id)) continue;
      this.#foreign.add(id);
      this.#listener.foreign({ id, version, otherVersion: version !== this.#options.details.version });
    }
    const waiting = new Set(others.filter((other) => !isForeign(other)).map(([id]) => id));
    return { waiting, foreign: foreign.map(([id]) => id) };
  }

  #isAlike({ version, catalogue }: { readonly version: unknown; readonly catalogue: unknown }): boolean {
    const { details } = this.#options;
    return version === details.version && catalogue === details.catalogue;
  }

  #asked(question: Question): string {
    const { version, catalogue } = this.#options.details;
    return JSON.stringify({ ask: 'question', from: this.self.id, version, catalogue, question });
  }

  async #answer(text: string): Promise<string | undefined> {
    const { ask, from, version, catalogue, question } = readObject(text) ?? {};
    if (ask !== 'question' || from === this.self.id || !this.#isAlike({ version, catalogue }))
      return undefined;
    const answer = await this.#responder?.(question as Question);
    return answer === undefined ? undefined : JSON.stringify({ member: this.self.id, answer });
  }
}

function readAnswer<Q extends Question>(text: string): Answered<Q> | undefined {
  const { member, answer } = readObject(text) ?? {};
  if (typeof member !== 'string' || answer === undefined) return undefined;
  return { member: { id: member, node: member }, answer: answer as AnswerTo<Q> };
}
