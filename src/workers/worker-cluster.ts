import type { ConnectionLimits } from '../server/clients/connection-limits.ts';
import type { Answered, Cluster, Member, Reach, Round } from '../server/cluster/cluster.ts';
import type { AnswerTo, Question, Responder } from '../server/cluster/question.ts';
import type { ToPrimary, ToWorker } from './message.ts';
import { WorkerRooms } from './worker-rooms.ts';

/** The other workers, and whoever else serves the same clients, as one worker sees them: by way of the primary. */
export class WorkerCluster implements Cluster {
  readonly self: Member;
  readonly alone = false;
  readonly #send: (message: ToPrimary) => void;
  readonly #asked = new Map<number, (round: Round<Question>) => void>();
  #rooms: WorkerRooms | undefined;
  #responder: Responder | undefined;
  #next = 0;

  constructor(self: Member, send: (message: ToPrimary) => void) {
    this.self = self;
    this.#send = send;
  }

  roomsWith(limits: ConnectionLimits): WorkerRooms {
    this.#rooms ??= new WorkerRooms(limits, this.#send);
    return this.#rooms;
  }

  async ask<Q extends Question>(question: Q, reach: Reach): Promise<Round<Q>> {
    return (await this.#ask(question, { reach })) as Round<Q>;
  }

  async askOne<Q extends Question>(member: string, question: Q): Promise<AnswerTo<Q> | undefined> {
    const { answers } = await this.#ask(question, { member });
    const [told] = answers as readonly Answered<Q>[];
    return told?.answer;
  }

  answerBy(responder: Responder): void {
    this.#responder = responder;
  }

  /** What the primary says of rooms and questions. */
  receive(message: Exclude<ToWorker, { readonly type: 'start' | 'hold' | 'tls' | 'close' }>): void {
    if (message.type === 'answers') {
      const { id, answers, missing } = message;
      this.#asked.get(id)?.({ answers, missing });
      this.#asked.delete(id);
    } else if (message.type === 'question') void this.#answer(message.id, message.question);
    else this.#rooms?.receive(message);
  }

  async #answer(id: number, question: Question): Promise<void> {
    const answer = await this.#responder?.(question);
    if (answer !== undefined) this.#send({ type: 'answer', id, answer });
  }

  /** The primary answers within a bound, and a worker does not outlive it. */
  #ask(question: Question, of: Extract<ToPrimary, { readonly type: 'ask' }>['of']): Promise<Round<Question>> {
    const id = this.#next++;
    return new Promise((resolve) => {
      this.#asked.set(id, resolve);
      this.#send({ type: 'ask', id, question, of });
    });
  }
}
