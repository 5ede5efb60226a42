/** Messages between members, each of which arrives once or never. No promise rejects. */
export interface Bus {
  /** Asks one member. Resolves with undefined if no answer comes in time. */
  request(member: string, text: string, timeoutMs: number): Promise<string | undefined>;
  /**
   * Asks all members at once, this one too.
   *
   * @param take called with each answer; returns whether it waits for more
   * @returns once no more is waited for, or the time is over
   */
  requestAll(text: string, timeoutMs: number, take: (text: string) => boolean): Promise<void>;
  /** Answers from now on what others ask this member, or all. Undefined is no answer. */
  answerAs(member: string, answer: BusAnswer): void;
}

export type BusAnswer = (text: string) => Promise<string | undefined>;
