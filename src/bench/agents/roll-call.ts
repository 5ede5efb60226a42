import { plural } from '../../wording/figures.ts';
import type { Hello } from './agent-messages.ts';

/** Whom a bench found, and why it does not use those that it does not use. */
export class RollCall {
  readonly #wanted: number;
  readonly #tidemark: string;
  readonly #unfit: (hello: Hello) => string | undefined;
  /** As of their last answer, by id. */
  readonly #there = new Map<string, Hello>();
  /** Those that were taken, or are being asked. */
  readonly #taken = new Set<string>();
  /** Why those refused that were asked. */
  readonly #refused = new Map<string, string>();

  /** @param unfit says why an agent that is free is not to be used */
  constructor(wanted: number, tidemark: string, unfit: (hello: Hello) => string | undefined) {
    this.#wanted = wanted;
    this.#tidemark = tidemark;
    this.#unfit = unfit;
  }

  heard(hello: Hello): void {
    if (hello.takenBy !== null) this.#refused.delete(hello.agent); // once it is free, it may be asked again
    if (this.#there.size < MOST_AGENTS || this.#there.has(hello.agent)) this.#there.set(hello.agent, hello);
  }

  /** The next agents to take, at most as many as are wanted besides those that are taken. They count as taken now. */
  next(): Hello[] {
    const free = [...this.#there.values()]
      .filter((hello) => !this.#taken.has(hello.agent) && this.#objection(hello) === undefined)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const chosen: Hello[] = [];
    for (const hello of free) {
      if (this.#taken.size === this.#wanted) break;
      if (this.#objection(hello) !== undefined) continue; // of two with one name the first was chosen just now
      this.#taken.add(hello.agent);
      chosen.push(hello);
    }
    return chosen;
  }

  refused({ agent }: Hello, reason: string): void {
    this.#taken.delete(agent);
    this.#refused.set(agent, reason);
  }

  /** As in `2 of 3 agents came within 30 s: a and b; c is taken by host:77`. */
  sentence(withinMs: number): string {
    const names = [...this.#there.values()]
      .filter(({ agent }) => this.#taken.has(agent))
      .map(({ name }) => name);
    const others = [...this.#there.values()].flatMap((hello) => {
      const objection = this.#taken.has(hello.agent) ? undefined : this.#objection(hello);
      return objection === undefined ? [] : [`${hello.name}: ${objection}`];
    });
    const came = `${names.length === 0 ? 'none' : names.length} of ${plural(this.#wanted, 'agent')} came within ${Math.round(withinMs / 1000)} s`;
    return [`${came}${names.length === 0 ? '' : ` (${names.sort().join(', ')})`}`, ...others.sort()].join(
      '; ',
    );
  }

  #objection(hello: Hello): string | undefined {
    const { agent, name, tidemark, takenBy } = hello;
    if (tidemark !== this.#tidemark) return `it is tidemark ${tidemark}, this is ${this.#tidemark}`;
    const refused = this.#refused.get(agent);
    if (refused !== undefined) return refused;
    if (takenBy !== null) return `it is taken by ${takenBy}`;
    const others = [...this.#there.values()].filter(({ agent: other }) => this.#taken.has(other));
    if (others.some((other) => other.agent !== agent && other.name === name))
      return 'another agent has its name';
    return this.#unfit(hello);
  }
}

/** What nobody can make grow. */
const MOST_AGENTS = 10_000;
