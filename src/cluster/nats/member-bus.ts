import type { Msg, NatsConnection } from '@nats-io/transport-node';
import type { OpenNats } from '../../carriage/nats/open-nats.ts';
import type { Bus, BusAnswer } from '../store/bus.ts';
import type { NatsReach } from './nats-reach.ts';

/** Messages over core NATS. A member's id is checked where it is chosen, so that it is one token of a subject. */
export class MemberBus implements Bus {
  readonly #connection: NatsConnection;
  readonly #core: OpenNats['core'];
  readonly #prefix: string;
  readonly #reach: NatsReach;

  /** @param prefix what all subjects begin with */
  constructor({ connection, core }: OpenNats, prefix: string, reach: NatsReach) {
    this.#connection = connection;
    this.#core = core;
    this.#prefix = prefix;
    this.#reach = reach;
  }

  async request(member: string, text: string, timeoutMs: number): Promise<string | undefined> {
    if (!this.#reach.connected) return undefined;
    try {
      const answer = await this.#connection.request(this.#subject(member), text, { timeout: timeoutMs });
      return answer.string();
    } catch {
      return undefined; // nobody listens there, or no answer came in time
    }
  }

  requestAll(text: string, timeoutMs: number, take: (text: string) => boolean): Promise<void> {
    if (!this.#reach.connected) return Promise.resolve();
    return new Promise((resolve) => {
      const reply = this.#core.createInbox();
      const end = () => {
        clearTimeout(timer);
        inbox.unsubscribe();
        resolve();
      };
      const timer = setTimeout(end, timeoutMs);
      const inbox = this.#connection.subscribe(reply, {
        callback: (error, message) => {
          if (error !== null || isNobody(message)) return;
          if (!take(message.string())) end();
        },
      });
      this.#connection.publish(`${this.#prefix}.members`, text, { reply });
    });
  }

  answerAs(member: string, answer: BusAnswer): void {
    for (const subject of [this.#subject(member), `${this.#prefix}.members`]) {
      this.#connection.subscribe(subject, {
        callback: (error, message) => {
          if (error === null) void this.#answer(message, answer);
        },
      });
    }
  }

  async #answer(message: Msg, answer: BusAnswer): Promise<void> {
    const text = await answer(message.string());
    if (text === undefined || this.#connection.isClosed()) return;
    try {
      message.respond(text);
    } catch {
      // it is larger than the server lets pass: whoever asked counts this member as missing
    }
  }

  #subject(member: string): string {
    return `${this.#prefix}.member.${member}`;
  }
}

/** What a server says of a subject that nobody listens to. */
function isNobody({ data, headers }: Msg): boolean {
  return data.length === 0 && headers?.code === 503;
}
