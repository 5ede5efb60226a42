import type { Block } from '../../src/measure/finished-block.ts';
import { MessageBatch } from '../../src/measure/message-batch.ts';
import { SequenceTally } from '../../src/measure/sequence-tally.ts';
import type { Verdict } from '../../src/measure/verdict.ts';
import { receiptFor } from '../../src/session/receipt.ts';
import type { ResumePoint, RunProgress } from '../../src/session/run/resume-point.ts';
import { Run } from '../../src/session/run/run.ts';
import type { RunOutput } from '../../src/session/run/run-output.ts';
import { payloadsOf } from './frames.ts';
import { Link, type LinkEnd, type Tamper } from './link.ts';
import type { SimulatedServer } from './simulated-server.ts';
import { VirtualAlarm, type VirtualTime } from './virtual-time.ts';

export interface SimulatedClientOptions {
  readonly name: string;
  readonly path: string;
  readonly blockSize: number;
  readonly count: number;
  readonly heartbeatMs: number;
  readonly delayMs: number;
  readonly windowBytes: number;
  readonly tamper?: Tamper | undefined;
}

interface LoggedBlock {
  readonly block: Block;
  readonly progress: RunProgress;
}

const NOTHING_YET: RunProgress = { verifiedThrough: 0, resumes: 0, corrupt: 0, foreign: 0 };

/** A client in virtual time: the real session, a pump as thin as can be, and a log that outlives a kill. */
export class SimulatedClient {
  readonly options: SimulatedClientOptions;
  readonly log: LoggedBlock[] = [];
  readonly #time: VirtualTime;
  readonly #server: SimulatedServer;
  readonly #alarm: VirtualAlarm;
  #session: Run;
  #link: Link | undefined;
  #streamId: string | undefined;
  #firstSeq: number | undefined;
  #alive = true;
  #killAtBlock = 0;
  #diskFullMs = 0;
  #failing = false;
  verdict: Verdict | undefined;
  mostInFlightBytes = 0;

  constructor(time: VirtualTime, server: SimulatedServer, options: SimulatedClientOptions) {
    this.#time = time;
    this.#server = server;
    this.options = options;
    this.#session = this.#newSession(undefined);
    this.#alarm = new VirtualAlarm(time, () => {
      if (this.#alive) this.#perform(this.#session.wake(time.now));
    });
  }

  start(): void {
    this.#perform(this.#session.start(this.#time.now));
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
    if (!this.#alive || this.verdict !== undefined) return;
    this.log.splice(Math.max(0, this.log.length - unsynced));
    this.kill(downMs);
  }

  /** As kill -9, now; then `--resume`. */
  kill(downMs: number): void {
    if (!this.#alive || this.verdict !== undefined) return;
    this.#alive = false;
    this.#link?.terminate('client');
    this.#link = undefined;
    this.#time.after(downMs, () => {
      this.#alive = true;
      this.#session = this.#newSession(this.#resumePoint());
      this.start();
    });
  }

  #newSession(resume: ResumePoint | undefined): Run {
    const { name, path, blockSize, count, heartbeatMs } = this.options;
    return new Run({
      url: `ws://simulated.invalid${path}`,
      client: name,
      token: `token-of-${name}`,
      blockSize,
      count,
      plain: false,
      heartbeatMs,
      random: () => this.#time.random(),
      resume,
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

  #perform(outputs: readonly RunOutput[]): void {
    for (const output of outputs) {
      if (!this.#alive) return; // killed half-way
      this.#performOne(output);
    }
    this.#alarm.set(this.#session.wakeMs());
  }

  #performOne(output: RunOutput): void {
    switch (output.type) {
      case 'dial':
        return this.#dial(output.url);
      case 'send':
        return this.#link?.sendText('client', output.text);
      case 'ping':
        return this.#link?.ping('client');
      case 'close':
        return this.#link?.close('client', output.code, output.reason);
      case 'terminate':
        return this.#link?.terminate('client');
      case 'connected':
        this.#firstSeq = output.source.from;
        this.#streamId = output.source.welcome?.stream_id;
        return;
      case 'disconnected':
        this.#link?.terminate('client');
        this.#link = undefined;
        return;
      case 'block': {
        if (this.#diskFullMs > 0) return this.#failToStore();
        this.log.push({ block: output.block, progress: output.progress });
        const downMs = this.#killAtBlock;
        this.#killAtBlock = 0;
        if (downMs > 0) this.kill(downMs);
        return;
      }
      case 'end':
        if (!this.#failing) this.verdict = output.verdict;
        return;
      case 'resumed':
      case 'mismatch':
        return;
    }
  }

  /** What the pump does when the log can't be written; the process ends, and a later one goes on. */
  #failToStore(): void {
    const fullMs = this.#diskFullMs;
    this.#diskFullMs = 0;
    this.#failing = true;
    this.#perform(this.#session.abort('no space left on device', this.#time.now));
    this.#failing = false;
    this.kill(fullMs);
  }

  #dial(url: string): void {
    const { delayMs, windowBytes, tamper } = this.options;
    const link = new Link(this.#time, { delayMs, windowBytes, tamper });
    const session = this.#session;
    const ifCurrent = (outputs: () => RunOutput[]) => {
      if (this.#link === link && this.#session === session && this.#alive) this.#perform(outputs());
    };
    const end: LinkEnd = {
      receive: (content) => {
        const text = typeof content === 'string';
        const payloads = text ? [Buffer.from(content)] : payloadsOf(content);
        const batch = MessageBatch.ofAll(payloads, true);
        while (!batch.empty && this.#link === link && this.#session === session && this.#alive) {
          this.#perform(session.receive(batch, this.#time.now));
        }
        this.mostInFlightBytes = Math.max(this.mostInFlightBytes, link.mostInFlightBytes);
      },
      heard: () => session.heard(this.#time.now),
      answered: () => session.heard(this.#time.now),
      drained: () => {},
      closed: (code, reason) => ifCurrent(() => session.closed(code, reason, this.#time.now)),
    };
    link.attach('client', end);
    this.#link = link;
    this.#time.after(delayMs, () => {
      if (this.#link !== link) return;
      if (!this.#server.up)
        return ifCurrent(() => session.failed({ status: undefined, reason: 'refused' }, this.#time.now));
      ifCurrent(() => session.opened('tidemark.v1', this.#time.now));
      if (!this.#server.accept(url, link)) end.closed(4409, 'name in use');
    });
  }
}
