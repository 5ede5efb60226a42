import type { Answer } from '../../session/conversation/post.ts';
import type { ClientMessage } from '../../session/messages.ts';
import type { Departure, Presence } from '../clients/presence.ts';
import type { TakenBefore, TakenSince } from '../live/pulse.ts';
import type { LeaveReason } from '../options/server-event.ts';
import type { Measured } from './measured.ts';

/** What members ask each other: plain data, questions and answers alike, that survive JSON. */
export type Question =
  | ClientsQuestion
  | ArrivalsQuestion
  | DismissQuestion
  | MeasuredQuestion
  | BeforeQuestion
  | SinceQuestion
  | PostQuestion;

/** Who is there, in the order in which they came, and who left lately. */
export interface ClientsQuestion {
  readonly ask: 'clients';
  /** How many to pass over. */
  readonly offset: number;
  /** How many to list at most. */
  readonly limit: number;
}

/** When the first of the clients that are there came. */
export interface ArrivalsQuestion {
  readonly ask: 'arrivals';
  /** How many to list at most. */
  readonly limit: number;
}

/** Asks a client to leave. */
interface DismissQuestion {
  readonly ask: 'dismiss';
  readonly name: string;
}

/** What was counted, and how the process is. */
export interface MeasuredQuestion {
  readonly ask: 'measured';
}

/** What has been: asked when somebody begins to watch. */
export interface BeforeQuestion {
  readonly ask: 'before';
}

/** What happened lately: asked every second while somebody watches. */
export interface SinceQuestion {
  readonly ask: 'since';
  /** The number of the last second that is known, by member. */
  readonly seconds: Readonly<Record<string, number>>;
  /** That of a member that is not among them. */
  readonly otherwise: number;
}

/** Hands on what was posted to a session of another member. */
export interface PostQuestion {
  readonly ask: 'post';
  readonly session: string;
  readonly posted: string | readonly ClientMessage[];
}

/** What came of a post. */
export type PostOutcome =
  | { readonly became: 'answered'; readonly answers: readonly Answer[] }
  /** The session has ended. */
  | { readonly became: 'dropped'; readonly reason: LeaveReason }
  /** There is room for fewer receipts. */
  | { readonly became: 'refused'; readonly room: number }
  /** There is no such session. */
  | { readonly became: 'unknown' };

/** What happened lately at one member. */
export interface LatelyHere extends TakenSince {
  /** The first clients that are there, in the order in which they came. */
  readonly roster: readonly Presence[];
}

/** The clients of one member. */
export interface ClientsHere {
  readonly total: number;
  readonly clients: readonly Presence[];
  /** The newest first. */
  readonly left: readonly Departure[];
}

interface Answers {
  readonly clients: ClientsHere;
  /** In milliseconds since 1970, ascending. */
  readonly arrivals: { readonly sinceMs: readonly number[] };
  /** Whether it was there. */
  readonly dismiss: boolean;
  readonly measured: Measured;
  readonly before: TakenBefore;
  readonly since: LatelyHere;
  readonly post: PostOutcome;
}

export type AnswerTo<Q extends Question> = Answers[Q['ask']];

/** Answers for one member. */
export type Responder = <Q extends Question>(question: Q) => Promise<AnswerTo<Q>>;
