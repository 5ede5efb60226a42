import { ClientAddress } from '../../src/carriage/client-address.ts';
import type { Carriage, Connection, Dial } from '../../src/carriage/connection.ts';
import { WebSocketCarriage } from '../../src/carriage/websocket/websocket-carriage.ts';
import type { EndEvent } from '../../src/client/run/client-event.ts';
import { LogError } from '../../src/client/run/log-error.ts';
import { RunPump } from '../../src/client/run/run-pump.ts';
import { Host } from '../../src/host/host.ts';
import type { Block } from '../../src/measure/finished-block.ts';
import { SequenceTally } from '../../src/measure/sequence-tally.ts';
import { receiptFor } from '../../src/session/receipt.ts';
import type { ResumePoint, RunProgress } from '../../src/session/run/resume-point.ts';
import { Run } from '../../src/session/run/run.ts';
import { Link, type LinkOptions } from './link.ts';
import { OneWayCarriage } from './one-way.ts';
import type { SimulatedServer } from './simulated-server.ts';
import { Killed, VirtualMachine, type VirtualTime } from './virtual-time.ts';

export interface SimulatedClientOptions extends LinkOptions {
  readonly name: string;
  readonly path: string;
  readonly blockSize: number;
  readonly count: number;
  readonly heartbeatMs: number;
  /** Whether messages go one way, and receipts beside it, as over HTTP. */
  readonly oneWay: boolean;
}

interface LoggedBlock {
  readonly block: Block;
  readonly progress: RunProgress;
}

const NOTHING_YET: RunProgress = { verifiedThrough: 0, resumes: 0, corrupt: 0, foreign: 0 };

/** Where a receipt has its block's number. */
const BLOCK = '"block":';

/** A client in virtual time: the real pump and session, in processes that are killed and go on, and a log that outlives them. */
export class SimulatedClient {
  readonly options: SimulatedClientOptions;
  readonly log: LoggedBlock[] = [];
  /** What was found wrong. */
  readonly faults: string[] = [];
  readonly #time: VirtualTime;
  readonly #server: SimulatedServer;
  readonly #carriage: WebSocketCarriage | OneWayCarriage;
  #process: { readonly machine: VirtualMachine; readonly pump: RunPump } | undefined;
  #link: Link | undefined;
  #streamId: string | undefined;
  #firstSeq: number | undefined;
  #killAtBlock = 0;
  #diskFullMs = 0;
  #end: EndEvent | undefined;
  #over = false;

  constructor(time: VirtualTime, server: SimulatedServer, options: SimulatedClientOptions) {
    this.#time = time;
    this.#server = server;
    this.options = options;
    const address = new ClientAddress(`ws://simulated.invalid${options.path}`, false);
    const owner = { client: options.name, token: `token-of-${options.name}` };
    const carriage = new WebSocketCarriage(address, owner, this.#dial);
    this.#carriage = options.oneWay ? new OneWayCarriage(time, server, carriage, () => this.#link) : carriage;
  }

  /** A process begins the run, or goes on with what the log holds. */
  start(): void {
    const machine = new VirtualMachine(this.#time);
    const host = new Host(machine);
    let fullMs = 0;
    const pump = new RunPump(this.options.name, this.#newRun(), host, this.#checked(this.#carriage), {
      tell: (event) => {
        if (event.event === 'end') this.#end = event;
      },
      connected: ({ from, welcome }) => {
        this.#firstSeq = from;
        this.#streamId = welcome?.stream_id;
      },
      block: (block, progress) => {
        fullMs = this.#diskFullMs;
        this.#diskFullMs = 0;
        if (fullMs > 0) throw new LogError('no space left on device');
        this.log.push({ block, progress });
        this.#dieIfTold();
        return true;
      },
      ended: () => {
        if (fullMs > 0) this.kill(fullMs);
        else this.#over = true;
      },
    });
    this.#process = { machine, pump };
    pump.start();
  }

  /** How the run ended; undefined while it goes on. */
  get verdict(): EndEvent | undefined {
    return this.#over ? this.#end : undefined;
  }

  get link(): Link | undefined {
    return this.#link;
  }

  /** As kill -9, in the very moment between storing the next block and reporting it; then `--resume`. */
  killAtNextBlock(downMs: number): void {
    this.#killAtBlock = downMs;
  }

  /** The next block can't be stored: the run ends, and is resumed when there is room again. */
  fillDisk(fullMs: number): void {
    this.#diskFullMs = fullMs;
  }

  /** As a power cut: the last blocks of the log were not on the disk yet. */
  cutPower(unsynced: number, downMs: number): void {
    if (this.#process === undefined || this.#over) return;
    this.log.splice(Math.max(0, this.log.length - unsynced));
    this.kill(downMs);
  }

  /** Whoever takes its blocks is slow: nothing is read for a while. */
  stopReading(durationMs: number): void {
    const pump = this.#process?.pump;
    pump?.setReading(false);
    this.#time.after(durationMs, () => pump?.setReading(true));
  }

  /** As kill -9, now; then `--resume`. */
  kill(downMs: number): void {
    if (this.#process === undefined || this.#over) return;
    this.#process.machine.halt();
    this.#process = undefined;
    this.#end = undefined;
    if (this.#carriage instanceof OneWayCarriage) this.#carriage.abandon();
    this.#link?.client.abandon();
    this.#link = undefined;
    this.#time.after(downMs, () => this.start());
  }

  #dieIfTold(): void {
    const downMs = this.#killAtBlock;
    this.#killAtBlock = 0;
    if (downMs === 0) return;
    this.kill(downMs);
    throw new Killed();
  }

  #newRun(): Run {
    const { name, blockSize, count, heartbeatMs } = this.options;
    return new Run({
      client: name,
      link: this.#carriage.link,
      blockSize,
      count,
      plain: false,
      heartbeatMs,
      random: () => this.#time.random(),
      resume: this.#resumePoint(),
    });
  }

  #resumePoint(): ResumePoint | undefined {
    if (this.#firstSeq === undefined) return undefined;
    const last = this.log.at(-1);
    const { verifiedThrough, resumes, corrupt, foreign } = last?.progress ?? NOTHING_YET;
    const tally = new SequenceTally(this.#firstSeq);
    const seqs = this.log.flatMap(({ block }) => block.messages.map(({ seq }) => seq));
    for (const seq of seqs) tally.add(seq);
    return {
      streamId: this.#streamId,
      stream: undefined,
      firstSeq: this.#firstSeq,
      nextSeq: last === undefined ? this.#firstSeq : last.block.to + 1,
      nextBlock: (last?.block.block ?? 0) + 1,
      messages: seqs.length,
      tally,
      ...{ verifiedThrough, resumes, corrupt, foreign },
      unanswered: this.log
        .filter(({ block }) => block.block > verifiedThrough)
        .map(({ block }) => receiptFor(this.options.name, block)),
    };
  }

  readonly #dial: Dial = ({ url }, listener): Connection => {
    const link = new Link(this.#time, this.options, listener);
    const { client } = link;
    this.#link = link;
    this.#time.after(this.options.delayMs, () => {
      if (client.isClosed || !link.open) return;
      if (!this.#server.up) return client.failed('refused');
      this.#server.accept(url, link, this.options.oneWay);
      client.opened();
    });
    return client;
  };

  /** A carriage all of whose connections have their receipts looked at. */
  #checked({ link, open }: Carriage, carriage = this.#carriage): Carriage {
    return {
      link,
      open: (request, listener) => {
        const connection = open.call(carriage, request, listener);
        const sendText = connection.sendText.bind(connection);
        connection.sendText = (text) => {
          this.#checkReceipt(text);
          sendText(text);
        };
        return connection;
      },
    };
  }

  /** A receipt is of a block that the log holds. */
  #checkReceipt(text: string): void {
    const at = text.indexOf(BLOCK);
    if (at < 0) return;
    const block = Number.parseInt(text.slice(at + BLOCK.length, at + BLOCK.length + 10), 10);
    if (block > this.log.length)
      this.faults.push(`the receipt of block ${block} was sent before it was stored`);
  }
}
