import type { Counts } from '../clients/counts.ts';
import type { Occupants } from '../clients/occupants.ts';
import type { Departures } from '../clients/presence.ts';
import type { Sessions } from '../clients/sessions.ts';
import type { Pulse } from '../live/pulse.ts';
import { MOST_LISTED } from './listing.ts';
import { type Measured, type ServerTotals, totalsOf } from './measured.ts';
import { postHere } from './post-here.ts';
import { measureProcess } from './process-figures.ts';
import type { AnswerTo, ClientsHere, ClientsQuestion, LatelyHere, Question, Responder } from './question.ts';

/** The parts of a server that know the answers. */
export interface RespondentSources {
  readonly counts: Counts;
  readonly occupants: Occupants;
  readonly departures: Departures;
  /** How many clients are connected. */
  readonly clients: () => number;
  readonly cache: () => ServerTotals['cache'];
  readonly pulse: Pulse;
  readonly sessions: Sessions;
  /** The id of this member. */
  readonly id: string;
}

/** Answers what is asked of one server: by its own API, or by others that serve the same clients. */
export class Respondent {
  readonly #sources: RespondentSources;

  constructor(sources: RespondentSources) {
    this.#sources = sources;
  }

  readonly respond: Responder = (question) => this.#answer(question) as Promise<AnswerTo<typeof question>>;

  async #answer(question: Question): Promise<AnswerTo<Question>> {
    switch (question.ask) {
      case 'clients':
        return this.#clients(question);
      case 'arrivals':
        return { sinceMs: this.#present.slice(0, question.limit).map(({ sinceMs }) => sinceMs) };
      case 'dismiss':
        return this.#dismiss(question.name);
      case 'measured':
        return this.#measured();
      case 'before':
        return this.#sources.pulse.before;
      case 'since':
        return this.since(question.seconds[this.#sources.id] ?? question.otherwise);
      case 'post':
        return postHere(this.#sources.sessions, question);
    }
  }

  /** What happened after the second with this number. */
  since(number: number): LatelyHere {
    const roster = this.#present.slice(0, MOST_LISTED).map((client) => client.presence());
    return { ...this.#sources.pulse.since(number), roster };
  }

  get #present(): ReturnType<Occupants['clients']> {
    return this.#sources.occupants.clients();
  }

  #clients({ offset, limit }: ClientsQuestion): ClientsHere {
    const present = this.#present;
    return {
      total: present.length,
      clients: present.slice(offset, offset + limit).map((client) => client.presence()),
      left: this.#sources.departures.recent,
    };
  }

  #dismiss(name: string): boolean {
    const client = this.#present.find((each) => each.name === name);
    client?.dismiss();
    return client !== undefined;
  }

  async #measured(): Promise<Measured> {
    const process = await measureProcess();
    const { counts, clients, cache } = this.#sources;
    return { process, totals: totalsOf(counts, clients(), cache()) };
  }
}
