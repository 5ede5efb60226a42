import type { Departure, Presence } from '../clients/presence.ts';
import { type Answered, askAll, type Cluster, type Member, type Round, whereabouts } from './cluster.ts';
import type { AnswerTo, ArrivalsQuestion, ClientsQuestion, Question, Responder } from './question.ts';

/** A client or one that left, and where it is or was. */
export type Placed<T extends Presence> = T & Pick<Member, 'node' | 'worker'>;

/** The clients of all members. */
export interface Listing {
  readonly total: number;
  /** In the order in which they came. */
  readonly clients: readonly Placed<Presence>[];
  /** The newest first. */
  readonly left: readonly Placed<Departure>[];
  /** The ids of members that did not answer, so that their clients are not listed. */
  readonly missing: readonly string[];
}

/** Clients in one answer, of which a member lists no more than so many: to write more would take longer than a turn may. */
export const MOST_LISTED = 1000;
/** As many as one member remembers. */
const MOST_LEFT = 100;

/** Lists the clients of all members. @param limit at most `MOST_LISTED` */
export async function listAll(
  cluster: Cluster,
  responder: Responder,
  offset: number,
  limit: number,
): Promise<Listing> {
  const isFirst = cluster.alone || offset + limit <= MOST_LISTED;
  const round = await (isFirst
    ? askAll(
        cluster,
        responder,
        cluster.alone
          ? { ask: 'clients', offset, limit }
          : { ask: 'clients', offset: 0, limit: offset + limit },
        'cluster',
      )
    : laterPage(cluster, responder, offset, limit));
  return merged(round, isFirst && !cluster.alone ? offset : 0, limit);
}

/** Merges what members said of their clients. @param offset how many of those listed to pass over */
function merged({ answers, missing }: Round<ClientsQuestion>, offset: number, limit: number): Listing {
  const clients = placed(answers, ({ clients }) => clients);
  const left = placed(answers, ({ left }) => left);
  if (answers.length > 1) {
    clients.sort((a, b) => inOrder(a.since, b.since));
    left.sort((a, b) => inOrder(b.left, a.left));
  }
  return {
    total: answers.reduce((all, { answer }) => all + answer.total, 0),
    clients: clients.slice(offset, offset + limit),
    left: left.slice(0, MOST_LEFT),
    missing,
  };
}

/**
 * A later page, of which each member lists only its own part: which that is follows from when the clients before and on it came,
 * which is less than to list them all.
 */
async function laterPage(
  cluster: Cluster,
  responder: Responder,
  offset: number,
  limit: number,
): Promise<Round<ClientsQuestion>> {
  const question: ArrivalsQuestion = { ask: 'arrivals', limit: offset + limit };
  const { answers, missing } = await askAll(cluster, responder, question, 'cluster');
  const parts = partsOf(answers, offset, limit);
  const asked = await Promise.all(
    parts.map(async ({ member, ...part }) => {
      const clients: ClientsQuestion = { ask: 'clients', ...part };
      const isOwn = member.id === cluster.self.id;
      const answer = await (isOwn ? responder(clients) : cluster.askOne(member.id, clients));
      return { member, answer };
    }),
  );
  return {
    answers: asked.flatMap(({ member, answer }) => (answer === undefined ? [] : { member, answer })),
    missing: [...missing, ...asked.flatMap(({ member, answer }) => (answer === undefined ? member.id : []))],
  };
}

interface PagePart {
  readonly member: Member;
  offset: number;
  limit: number;
}

/** Which of its clients each member has before, and on, a page. */
function partsOf(answers: readonly Answered<ArrivalsQuestion>[], offset: number, limit: number): PagePart[] {
  const parts = answers.map(({ member }): PagePart => ({ member, offset: 0, limit: 0 }));
  const arrivals = answers.flatMap(({ answer }, index) =>
    answer.sinceMs.map((sinceMs) => ({ sinceMs, part: parts[index] as PagePart })),
  );
  arrivals.sort((a, b) => a.sinceMs - b.sinceMs);
  for (const { part } of arrivals.slice(0, offset)) part.offset++;
  for (const { part } of arrivals.slice(offset, offset + limit)) part.limit++;
  return parts;
}

/** Clients that members told of, each with where it is. */
export function placed<Q extends Question, T extends Presence>(
  answers: readonly Answered<Q>[],
  read: (answer: AnswerTo<Q>) => readonly T[],
): Placed<T>[] {
  return answers.flatMap(({ member, answer }) => {
    const where = whereabouts(member);
    return read(answer).map((presence) => ({ ...presence, ...where }));
  });
}

/** Compares moments in ISO 8601. */
export function inOrder(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
