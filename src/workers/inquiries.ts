import type { AnswerTo, Question } from '../server/cluster/question.ts';

/** How long an answer is waited for. One that is asked for every second must not hold up the next. */
const MOST_MS = 2000;
const MOST_MS_OF = { since: 500, post: 10_000 } as const;

function mostMs({ ask }: Question): number {
  return ask in MOST_MS_OF ? MOST_MS_OF[ask as keyof typeof MOST_MS_OF] : MOST_MS;
}

/** Questions to one worker that have no answer yet. */
export class Inquiries {
  readonly #send: (id: number, question: Question) => void;
  readonly #waiting = new Map<number, (answer: AnswerTo<Question> | undefined) => void>();
  #next = 0;

  constructor(send: (id: number, question: Question) => void) {
    this.#send = send;
  }

  /** @returns undefined if no answer comes in time */
  ask(question: Question): Promise<AnswerTo<Question> | undefined> {
    const id = this.#next++;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.answered(id, undefined), mostMs(question));
      this.#waiting.set(id, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      this.#send(id, question);
    });
  }

  answered(id: number, answer: AnswerTo<Question> | undefined): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.(answer);
  }

  /** No answer will come any more. */
  close(): void {
    for (const id of this.#waiting.keys()) this.answered(id, undefined);
  }
}
