import type { ConnectionLimits } from '../clients/connection-limits.ts';
import { Names } from '../clients/names.ts';
import { OwnRooms, type Rooms } from '../clients/rooms.ts';
import type { AnswerTo, Question, Responder } from './question.ts';

/** One of those that serve the same clients: a process of a node. */
export interface Member {
  /** Unique among all members, of characters that need no encoding in a header; it is part of the ids of sessions. */
  readonly id: string;
  /** The name of its machine, where there are several. */
  readonly node?: string;
  /** Which worker of its machine it is, where there are several. */
  readonly worker?: number;
}

/** An answer, and whose it is. */
export interface Answered<Q extends Question> {
  readonly member: Member;
  readonly answer: AnswerTo<Q>;
}

/** What became of a question. */
export interface Round<Q extends Question> {
  readonly answers: readonly Answered<Q>[];
  /** The ids of those that gave none in time, or could not be reached. */
  readonly missing: readonly string[];
}

/**
 * Those that serve the same clients as this process. Everything is pulled: nothing is sent to others while nobody asks, but for
 * what decides about names and places.
 */
export interface Cluster {
  readonly self: Member;
  /** Whether there are no others. */
  readonly alone: boolean;
  /** The names and places of its clients. @param limits counts the sockets of this process, and its clients if nobody else does */
  roomsWith(limits: ConnectionLimits): Rooms;
  /**
   * Asks all others. Resolves within a bound, and never rejects.
   *
   * @param reach which others: those of the same node, or all
   */
  ask<Q extends Question>(question: Q, reach: Reach): Promise<Round<Q>>;
  /** Asks one other, by its id. Resolves with undefined if there is no such member, or if it gave no answer in time. */
  askOne<Q extends Question>(id: string, question: Q): Promise<AnswerTo<Q> | undefined>;
  /** Sets what this process says when others ask. */
  answerBy(responder: Responder): void;
}

export type Reach = 'node' | 'cluster';

/** What a server has that shares its clients with nobody. */
export const ALONE: Cluster = {
  self: { id: '' },
  alone: true,
  roomsWith: (limits) => new OwnRooms(new Names(), limits),
  ask: () => Promise.resolve({ answers: [], missing: [] }),
  askOne: () => Promise.resolve(undefined),
  answerBy: () => {},
};

/** Asks all, oneself too, who comes first. */
export async function askAll<Q extends Question>(
  cluster: Cluster,
  responder: Responder,
  question: Q,
  reach: Reach,
): Promise<Round<Q>> {
  const [own, others] = await Promise.all([responder(question), cluster.ask(question, reach)]);
  return { answers: [{ member: cluster.self, answer: own }, ...others.answers], missing: others.missing };
}

/** What tells a member from others, for people and scripts; nothing where there are no others. */
export function whereabouts({ node, worker }: Member): Pick<Member, 'node' | 'worker'> {
  return { ...(node === undefined ? {} : { node }), ...(worker === undefined ? {} : { worker }) };
}
