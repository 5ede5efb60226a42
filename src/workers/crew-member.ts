import type { Socket } from 'node:net';
import type { Rooms } from '../server/clients/rooms.ts';
import type { Member } from '../server/cluster/cluster.ts';
import type { AnswerTo, Question } from '../server/cluster/question.ts';
import type { ServerEvent } from '../server/options/server-event.ts';
import { ClientBook } from './client-book.ts';
import { Inquiries } from './inquiries.ts';
import type { ToPrimary, ToWorker, WorkerTask } from './message.ts';
import { RoomDesk } from './room-desk.ts';
import type { Seat } from './socket-dealer.ts';
import type { WorkerProcess } from './worker-process.ts';

/** What a primary makes of what its workers say. */
export interface CrewHooks {
  ready(worker: CrewMember): void;
  failed(worker: CrewMember, reason: string): void;
  event(worker: CrewMember, event: ServerEvent): void;
  took(worker: CrewMember): void;
  lost(worker: CrewMember): void;
  ask(worker: CrewMember, asked: Extract<ToPrimary, { readonly type: 'ask' }>): void;
  ended(worker: CrewMember, how: string): void;
}

/** A worker as its primary has it, from the start of its process to the end. */
export class CrewMember implements Seat<Socket> {
  readonly member: Member;
  readonly number: number;
  readonly pid: number;
  readonly startedMs: number;
  readonly book: ClientBook = new ClientBook();
  readonly #process: WorkerProcess;
  readonly #desk: RoomDesk;
  readonly #inquiries: Inquiries;
  readonly #hooks: CrewHooks;
  #isGone = false;

  constructor(
    task: WorkerTask,
    process: WorkerProcess,
    { rooms, hooks, nowMs }: { rooms: Rooms; hooks: CrewHooks; nowMs: number },
  ) {
    this.member = task.member;
    this.number = task.member.worker ?? 0;
    this.pid = process.pid;
    this.startedMs = nowMs;
    this.#process = process;
    this.#hooks = hooks;
    this.#desk = new RoomDesk(rooms, (message) => this.tell(message));
    this.#inquiries = new Inquiries((id, question) => this.tell({ type: 'question', id, question }));
    process.channel.listen(
      (message) => this.#receive(message),
      () => this.#gone(undefined),
    );
    process.onEnd((how) => this.#gone(how));
    this.tell({ type: 'start', task });
  }

  tell(message: ToWorker): void {
    this.#process.channel.send(message);
  }

  give(socket: Socket): void {
    this.#process.give(socket);
  }

  /** @returns undefined if it does not answer in time */
  ask(question: Question): Promise<AnswerTo<Question> | undefined> {
    return this.#inquiries.ask(question);
  }

  kill(): void {
    this.#process.kill();
  }

  #receive(message: ToPrimary): void {
    switch (message.type) {
      case 'ready':
        return this.#hooks.ready(this);
      case 'failed':
        return this.#hooks.failed(this, message.reason);
      case 'event':
        return this.#hooks.event(this, message.event);
      case 'took':
        return this.#hooks.took(this);
      case 'lost':
        return this.#hooks.lost(this);
      case 'answer':
        return this.#inquiries.answered(message.id, message.answer);
      case 'ask':
        return this.#hooks.ask(this, message);
      case 'stopped':
        return;
      default:
        this.#desk.receive(message);
    }
  }

  /** @param how undefined if its pipe has closed, and its process will end; what it had is free then already */
  #gone(how: string | undefined): void {
    this.#desk.close();
    this.#inquiries.close();
    if (how === undefined) return this.#process.kill(); // it can do nothing more without its pipe
    if (this.#isGone) return;
    this.#isGone = true;
    this.#hooks.ended(this, how);
  }
}
