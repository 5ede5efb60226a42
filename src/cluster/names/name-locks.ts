/** Lets one piece of work at a time go on for each name, in the order in which they were asked for. */
export class NameLocks {
  readonly #last = new Map<string, Promise<unknown>>();

  /** @param work it must not reject, nor wait for another lock of the same name */
  async run<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(name);
    const mine = before === undefined ? work() : before.then(work);
    this.#last.set(name, mine);
    const result = await mine;
    if (this.#last.get(name) === mine) this.#last.delete(name);
    return result;
  }
}
