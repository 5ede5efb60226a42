import type { Departure, Presence } from '../clients/presence.ts';
import type { Measured } from './measured.ts';

/** What members ask each other: plain data, questions and answers alike, that survive JSON. */
export type Question = ClientsQuestion | ArrivalsQuestion | DismissQuestion | MeasuredQuestion;

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
export interface DismissQuestion {
  readonly ask: 'dismiss';
  readonly name: string;
}

/** What was counted, and how the process is. */
export interface MeasuredQuestion {
  readonly ask: 'measured';
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
}

export type AnswerTo<Q extends Question> = Answers[Q['ask']];

/** Answers for one member. */
export type Responder = <Q extends Question>(question: Q) => Promise<AnswerTo<Q>>;
