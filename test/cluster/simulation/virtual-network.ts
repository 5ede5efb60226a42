import type { Bus, BusAnswer } from '../../../src/cluster/store/bus.ts';
import type { Entry, Store, Written } from '../../../src/cluster/store/store.ts';
import type { VirtualTime } from '../../simulation/virtual-time.ts';
import type { NodeMachine } from './node-machine.ts';

/** What goes wrong between members and the store. */
export interface Trouble {
  /** How often a message, or a request, or an answer is lost. */
  readonly lost: number;
  /** How often a write is made only after whoever asked for it has given up. */
  readonly late: number;
  /** How often a reading is as old as `oldMs` at most. */
  readonly stale: number;
  readonly oldMs: number;
}

const NO_TROUBLE: Trouble = { lost: 0, late: 0, stale: 0, oldMs: 0 };

const TIMEOUT_MS = 1500;
const LATEST_MS = 5000;
/** In how much of the past a reading may be. */
const HISTORY = 20;

interface Version extends Entry {
  readonly atMs: number;
}

/** How often each operation was asked for. */
export interface Load {
  gets: number;
  writes: number;
  lists: number;
  listed: number;
  messages: number;
}

/** A store with one order of all writes, and a bus, over a network that loses, delays and parts. */
export class VirtualNetwork {
  trouble: Trouble = NO_TROUBLE;
  readonly load: Load = { gets: 0, writes: 0, lists: 0, listed: 0, messages: 0 };
  readonly #time: VirtualTime;
  readonly #versions = new Map<string, Version[]>();
  readonly #members = new Map<string, { machine: NodeMachine; answer: BusAnswer }>();
  /** Processes that nothing reaches. */
  readonly #cutOff = new Set<NodeMachine>();
  /** Whether the bus carries anything. */
  carries = true;
  #up = true;
  #revision = 0;

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  get up(): boolean {
    return this.#up;
  }

  /** The store and the bus are gone, or back; what was written stays. */
  setUp(up: boolean): void {
    this.#up = up;
  }

  cut(machine: NodeMachine): void {
    this.#cutOff.add(machine);
  }

  heal(machine: NodeMachine): void {
    this.#cutOff.delete(machine);
  }

  isCutOff(machine: NodeMachine): boolean {
    return this.#cutOff.has(machine);
  }

  /** What the store really has. */
  now(key: string): Entry {
    return this.#versions.get(key)?.at(-1) ?? { revision: 0, value: undefined };
  }

  keys(prefix: string): string[] {
    return [...this.#versions.keys()].filter(
      (key) => key.startsWith(prefix) && this.now(key).value !== undefined,
    );
  }

  /** Something loses a key without anybody's asking: a bucket's age limit, on one of its replicas. */
  forget(key: string): void {
    this.#versions.delete(key);
  }

  storeFor(machine: NodeMachine): Store {
    const call = <Result>(apply: () => Result, mayBeLate: boolean) =>
      this.#call(machine, apply, mayBeLate) as Promise<Result | 'unanswered'>;
    const { load } = this;
    return {
      get: (key) => {
        load.gets++;
        return call(() => this.#read(key, this.#drawOld()), false);
      },
      update: (key, value, revision) => {
        load.writes++;
        return call(() => this.#write(key, value, revision), true);
      },
      remove: (key, revision) => {
        load.writes++;
        return call(() => this.#write(key, undefined, revision), true);
      },
      list: (prefix) => {
        load.lists++;
        return call(() => {
          const oldMs = this.#drawOld();
          const found = this.keys(prefix).map((key) => [key, this.#read(key, oldMs)] as const);
          load.listed += found.length;
          return new Map(found.filter(([, { value }]) => value !== undefined));
        }, false);
      },
    };
  }

  busFor(machine: NodeMachine): Bus {
    return {
      request: (member, text, timeoutMs) =>
        new Promise((resolve) => {
          machine.startTimer(timeoutMs, () => resolve(undefined));
          this.#send(machine, member, text, resolve);
        }),
      requestAll: (text, timeoutMs, take) =>
        new Promise((resolve) => {
          machine.startTimer(timeoutMs, resolve);
          let over = false;
          for (const member of this.#members.keys()) {
            this.#send(machine, member, text, (answer) => {
              if (over || take(answer)) return;
              over = true;
              resolve();
            });
          }
        }),
      answerAs: (member, answer) => void this.#members.set(member, { machine, answer }),
    };
  }

  #send(from: NodeMachine, member: string, text: string, answered: (text: string) => void): void {
    this.load.messages++;
    const to = this.#members.get(member);
    if (!this.carries || to === undefined || !this.#passes(from)) return;
    this.#time.after(this.#delayMs(), () => {
      if (!this.#passes(to.machine)) return;
      to.machine.do(() => {
        void to.answer(text).then((answer) => {
          if (answer === undefined || to.machine.killed || !this.#passes(to.machine)) return;
          this.#time.after(this.#delayMs(), () => {
            if (this.#passes(from)) from.do(() => answered(answer));
          });
        });
      });
    });
  }

  #call(machine: NodeMachine, apply: () => unknown, mayBeLate: boolean): Promise<unknown> {
    return new Promise((resolve) => {
      machine.startTimer(TIMEOUT_MS, () => resolve('unanswered'));
      if (!this.#passes(machine)) return;
      const isLate = mayBeLate && this.#time.random() < this.trouble.late;
      const delayMs = isLate ? this.#time.between(TIMEOUT_MS, LATEST_MS) : this.#delayMs();
      this.#time.after(delayMs, () => {
        if (!this.#up) return;
        const result = apply();
        if (!this.#passes(machine)) return;
        this.#time.after(this.#delayMs(), () => {
          if (!this.#cutOff.has(machine)) machine.do(() => resolve(result));
        });
      });
    });
  }

  #passes(machine: NodeMachine): boolean {
    return this.#up && !this.#cutOff.has(machine) && this.#time.random() >= this.trouble.lost;
  }

  #delayMs(): number {
    const { lost } = this.trouble;
    return lost > 0 && this.#time.random() < 0.02 ? this.#time.between(50, 800) : this.#time.between(0.2, 3);
  }

  #drawOld(): number {
    const { stale, oldMs } = this.trouble;
    return this.#time.random() < stale ? this.#time.between(0, oldMs) : 0;
  }

  #read(key: string, oldMs: number): Entry {
    const untilMs = this.#time.nowMs - oldMs;
    const versions = this.#versions.get(key) ?? [];
    const { revision, value } =
      versions.findLast(({ atMs }) => atMs <= untilMs) ??
      (oldMs > 0 ? { revision: 0, value: undefined } : this.now(key));
    return { revision, value };
  }

  #write(key: string, value: string | undefined, revision: number): Written {
    if (this.now(key).revision !== revision) return 'conflict';
    const version = { revision: ++this.#revision, value, atMs: this.#time.nowMs };
    const versions = [...(this.#versions.get(key) ?? []).slice(-HISTORY), version];
    this.#versions.set(key, versions);
    return version.revision;
  }
}
