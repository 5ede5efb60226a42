import type { Block, FinishedBlock } from '../../measure/finished-block.ts';
import type { Instant } from '../../measure/instant.ts';
import type { MessageBatch } from '../../measure/message-batch.ts';
import type { Advised } from '../../wording/advice.ts';
import { redacted } from '../../wording/secrets.ts';
import { ABNORMAL_CLOSE, CLOSE, closeReason, isNormalClose } from '../close-codes.ts';
import { readServerMessage } from '../codec.ts';
import type { Welcome } from '../messages.ts';
import { BlockReports } from './block-reports.ts';
import type { CutShort, Fault } from './cut-short.ts';
import { LastAnswers, LEAVE_TIMEOUT_MS } from './last-answers.ts';
import { closeText, endWithConnection, LastConnection } from './last-connection.ts';
import { isControl, MessageTaker } from './message-taker.ts';
import type { DialFailure } from './redial.ts';
import { DIAL_TIMEOUT_MS, RunDeadlines, type RunPhase } from './run-deadlines.ts';
import type { ConnectedSource, RunOutput } from './run-output.ts';
import type { RunSettings } from './run-settings.ts';
import { runVerdict } from './run-verdict.ts';
import { type RunRefusal, ServedStream } from './served-stream.ts';
import { SignsOfLife } from './signs-of-life.ts';
import { type Timing, UNTIMED } from './untimed.ts';

/**
 * One run of a client: any number of connections, one after another, with no I/O and no clock of its own. It knows the
 * next seq and the open block, which is enough to go on after any outage.
 *
 * The caller carries out the outputs of each call in order; if it fails to store a block, it calls `abort` and leaves
 * out the rest. It calls `wake` at `wakeMs`, and reports what happens to the connection.
 */
export class Run {
  readonly #settings: RunSettings;
  /** Makes text that may be the server's safe to report. */
  readonly #shown: (text: string) => string;
  readonly #count: number | undefined;
  readonly #deadlines: RunDeadlines;
  readonly #reports: BlockReports;
  readonly #lastAnswers = new LastAnswers();
  readonly #taker: MessageTaker;
  #resumes = 0;
  #phase: RunPhase = 'waiting';
  readonly #connection = new LastConnection();
  readonly #served: ServedStream;
  readonly #signs: SignsOfLife;
  readonly #timing: Timing;
  #deadlineMs = 0;
  #stopped = false;
  /** Set when the run takes no more messages; says why, if that is a fault. */
  #cutShort: CutShort | undefined;

  constructor(settings: RunSettings) {
    const { resume, secrets = [] } = settings;
    this.#settings = settings;
    this.#signs = new SignsOfLife(settings);
    this.#shown = (text) => redacted(text, secrets);
    this.#count = settings.count;
    this.#deadlines = new RunDeadlines(settings, resume !== undefined);
    this.#reports = new BlockReports(settings.client, resume, secrets);
    this.#taker = new MessageTaker(settings, this.#count);
    this.#resumes = resume?.resumes ?? 0;
    this.#served = new ServedStream(settings.plain, resume);
    this.#timing = (settings.link.acknowledge ? settings.timing : undefined) ?? UNTIMED;
  }

  /** Begins the run. */
  start(now: Instant): RunOutput[] {
    if (this.#phase === 'ended') return [];
    this.#deadlines.start(now.monotonicMs);
    return this.#open(now);
  }

  /** The connection is open; `speaks` if the server claims to speak `tidemark.v1`, `announced` the stream that will come, if said. */
  opened(speaks: boolean, now: Instant, announced?: string): RunOutput[] {
    if (this.#phase !== 'dialing') return [];
    const refusal = this.#served.opened(speaks);
    if (refusal !== undefined) return this.#refuse(refusal, now);
    this.#signs.opened(now.monotonicMs);
    this.#phase = 'greeting';
    return this.#served.speaks ? [] : this.#beginPlain(now, announced);
  }

  /**
   * Whole messages arrived. Takes them from `batch.next` on until there is something to do or none are left. The caller
   * does it, and calls again while the batch is not empty.
   */
  receive(batch: MessageBatch, now: Instant): RunOutput[] {
    this.heard(now);
    while (!batch.empty) {
      const outputs = this.#receiveSome(batch, now);
      if (outputs.length > 0) return outputs;
    }
    return [];
  }

  /** A block is stored, and nobody will ask for its messages any more: its memory can be reused. */
  release(block: Block): void {
    this.#taker.release(block);
  }

  /** Anything arrived from the server, even a ping or pong. */
  heard(now: Instant): void {
    this.#signs.heard(now.monotonicMs);
  }

  /** Nothing is being read, so silence means nothing. */
  notReading(now: Instant): void {
    this.heard(now);
    this.#deadlines.heard(now.monotonicMs);
  }

  /** Nothing was read for this long, since a large block was stored, say: no deadline of the server's runs meanwhile. */
  heldUp(ms: number, now: Instant): void {
    this.notReading(now);
    if (this.#phase !== 'waiting') this.#deadlineMs += ms;
    this.#connection.heldUp(ms);
  }

  /** The connection ended, with a close code or 1006; `own` if this end closed it for a breach of the rules. */
  closed(code: number, reason: string, now: Instant, own = false, retryAfterMs?: number): RunOutput[] {
    const last = this.#connection.gone();
    if (this.#phase === 'ended' || this.#phase === 'waiting') return last;
    if (this.#phase === 'leaving') return this.#end(now);
    if (this.#deadlines.redial.endsWithClose(code, { served: this.#taker.served, own })) {
      const told = closeText(code, reason, this.#settings.link);
      return this.#fail({ error: told, integrity: own || code === CLOSE.streamDiffers }, now);
    }
    return this.#disconnect(code, { sentence: reason }, now, retryAfterMs);
  }

  /** The connection could not be opened. */
  failed(failure: DialFailure, now: Instant): RunOutput[] {
    const last = this.#connection.gone();
    if (this.#phase !== 'dialing') return last;
    const ending = this.#deadlines.redial.endsWithFailure(failure);
    if (ending !== undefined) return this.#fail(ending, now);
    const { reason: sentence, advice, retryAfterMs } = failure;
    return this.#disconnect(ABNORMAL_CLOSE, { sentence, advice }, now, retryAfterMs);
  }

  /** When to call `wake` next; Infinity is never. */
  wakeMs(): number {
    const next = Math.min(this.#signs.wakeMs, this.#deadlines.nextMs(this.#phase));
    if (this.#phase === 'ended') return this.#connection.dropAtMs;
    return Math.min(next, this.#phase === 'open' ? this.#timing.wakeMs : this.#deadlineMs);
  }

  /** It is time to look: `wakeMs` has come. */
  wake(now: Instant): RunOutput[] {
    const { begun, awaited: next } = this.#taker;
    const state = { phase: this.#phase, begun, next, counted: this.#count !== undefined };
    const cutShort = this.#deadlines.over(state, now.monotonicMs);
    if (cutShort !== undefined) return this.#finishEarly(cutShort, now);
    const late = now.monotonicMs >= this.#deadlineMs;
    switch (this.#phase) {
      case 'ended':
        return this.#connection.drop(now.monotonicMs);
      case 'waiting':
        return late ? this.#open(now) : [];
      case 'dialing':
      case 'greeting':
        if (late) return this.#giveUpConnection(this.#served.silence, now);
        break;
      case 'finishing':
        if (!late) break;
        if (this.#cutShort !== undefined || !this.#lastAnswers.tryAgain())
          return [...this.#end(now), ...this.#connection.dropNow()];
        return this.#giveUpConnection({ sentence: 'the last receipts were not answered within 10 s' }, now);
      case 'leaving':
        if (late) return this.#leave(now);
        break;
    }
    const beat = this.#signs.check(now.monotonicMs);
    if (beat === 'ping') return [this.#signs.question(now.monotonicMs)];
    if (beat === 'dead') return this.#giveUpConnection({ sentence: 'nothing heard for two heartbeats' }, now);
    return this.#phase === 'open' ? this.#timing.ask(now) : [];
  }

  /** The user wants to leave: reports the open block early, waits a moment for the answers, and ends. */
  stop(now: Instant): RunOutput[] {
    if (this.#phase === 'ended' || this.#stopped) return [];
    this.#stopped = true;
    const connected = this.#phase === 'open' || this.#phase === 'finishing';
    const outputs = this.#flush();
    if (!connected) return [...outputs, ...this.#end(now), ...this.#connection.dropNow()];
    this.#phase = 'leaving';
    this.#deadlineMs = now.monotonicMs + LEAVE_TIMEOUT_MS;
    return this.#reports.missing > 0 ? outputs : [...outputs, ...this.#leave(now)];
  }

  /** The caller can't go on, as when a block could not be stored: ends at once, and reports nothing more. */
  abort(error: string, now: Instant): RunOutput[] {
    if (this.#phase === 'ended') return [];
    const ending = this.#end(now, { error, integrity: false });
    return [...this.#close(CLOSE.leaving, 'the client can not go on'), ...ending];
  }

  #open(now: Instant): RunOutput[] {
    const from = this.#taker.begun && this.#served.mode !== 'plain' ? this.#taker.next : undefined;
    const count = this.#count === undefined ? undefined : Math.max(0, this.#count - this.#taker.taken);
    this.#phase = 'dialing';
    this.#deadlineMs = now.monotonicMs + DIAL_TIMEOUT_MS;
    this.#connection.dialled();
    const first = !this.#deadlines.redial.connected;
    return [{ type: 'open', from, count, proof: this.#served.asksForProof(), first }];
  }

  #receiveSome(batch: MessageBatch, now: Instant): RunOutput[] {
    const ended = this.#phase === 'ended' || this.#phase === 'waiting';
    const control = this.#served.speaks && isControl(batch, batch.next);
    if (!control && this.#phase === 'open') return this.#receiveData(batch, now);
    if (!control && this.#phase === 'greeting') return this.#foundPlain(now);
    const payload = batch.payload(batch.next++);
    return control && !ended ? this.#receiveControl(payload, now) : [];
  }

  /** Data arrived in place of the welcome: a plain server that echoes whatever subprotocol it is offered. */
  #foundPlain(now: Instant): RunOutput[] {
    const refusal = this.#served.dataCame();
    return refusal === undefined ? this.#beginPlain(now) : this.#refuse(refusal, now);
  }

  #beginPlain(now: Instant, announced?: string): RunOutput[] {
    const { check, from } = this.#settings;
    const wrong = check?.begin(undefined, announced);
    if (wrong !== undefined) return this.#refuse({ error: wrong, code: CLOSE.streamDiffers }, now);
    if (check === undefined || this.#taker.begun) return this.#beginMessages(0, undefined, now);
    if (from !== undefined) return [{ type: 'opened' }, ...this.#beginMessages(from, undefined, now)];
    this.#phase = 'open'; // the run begins where the first message is
    this.#deadlines.opened(now.monotonicMs);
    return [{ type: 'opened' }, ...this.#finish(now)];
  }

  #receiveControl(payload: Uint8Array, now: Instant): RunOutput[] {
    const message = readServerMessage(payload);
    if (typeof message === 'string') return this.#refuse({ error: message, code: CLOSE.protocolError }, now);
    switch (message?.type) {
      case 'welcome':
        return this.#phase === 'greeting' ? this.#greet(message, now) : [];
      case 'verified':
        this.#reports.verified(message);
        return [...this.#timing.verified(message), ...this.#answered(now)];
      case 'clock':
        this.#timing.answer(message, now);
        return this.#phase === 'open' ? this.#timing.ask(now) : [];
      case 'mismatch':
        this.#timing.mismatch(message.block);
        return [...this.#reports.mismatch(message), ...this.#answered(now)];
      default: // unknown, or `ignored`, as an older server says of what can be done without
        return [];
    }
  }

  #greet(welcome: Welcome, now: Instant): RunOutput[] {
    const due = this.#taker.begun ? this.#taker.next : undefined;
    const refusal = this.#served.welcomed(welcome, due);
    if (refusal !== undefined) return this.#refuse(refusal, now);
    this.#signs.welcomed(welcome, now.monotonicMs);
    const wrong = this.#settings.check?.begin(welcome);
    if (wrong !== undefined) return this.#refuse({ error: wrong, code: CLOSE.streamDiffers }, now);
    const untimed = this.#timing.begin(welcome);
    if (untimed !== undefined) return this.#refuse({ error: untimed, code: CLOSE.protocolError }, now);
    return [...this.#beginMessages(welcome.from, welcome, now), ...this.#timing.ask(now)];
  }

  #beginMessages(firstSeq: number, welcome: Welcome | undefined, now: Instant): RunOutput[] {
    const first = !this.#taker.begun;
    if (first) this.#taker.begin(firstSeq);
    const { announced } = this.#settings.check ?? {};
    const source: ConnectedSource = { welcome, from: this.#taker.next, announced };
    this.#phase = 'open';
    const afterMs = this.#deadlines.opened(now.monotonicMs);
    if (!first) this.#resumes++;
    const output: RunOutput = first
      ? { type: 'connected', source }
      : { type: 'resumed', from: source.from, afterMs, source };
    return [output, ...this.#reports.again(), ...this.#finish(now)];
  }

  #receiveData(batch: MessageBatch, now: Instant): RunOutput[] {
    if (!this.#taker.begun) {
      const from = this.#taker.findBegin(batch);
      return from === undefined ? this.#taker.found(false) : this.#beginMessages(from, undefined, now);
    }
    const before = this.#taker.messages;
    const block = this.#taker.take(batch, this.#served.speaks, now);
    if (this.#taker.messages > before) this.#deadlines.heard(now.monotonicMs);
    const outputs: RunOutput[] = this.#taker.found(false);
    if (block !== undefined) {
      this.#timing.arrived(block, now);
      outputs.push(...this.#report(block));
    }
    const fault = this.#reports.overflown ?? this.#settings.check?.fault;
    if (fault !== undefined) return [...outputs, ...this.#refuse(fault, now)];
    return [...outputs, ...this.#finish(now)];
  }

  #report(block: FinishedBlock): RunOutput[] {
    const { check, link } = this.#settings;
    const soFar = { resumes: this.#resumes, corrupt: check?.corrupt ?? 0, foreign: check?.foreign ?? 0 };
    if (!link.acknowledge) return this.#reports.report(block, soFar, 'nothing');
    if (this.#served.mode === 'proof') return this.#reports.report(block, soFar, 'receipt');
    return this.#reports.report(block, soFar, this.#settings.listenOnly ? 'nothing' : 'sentence');
  }

  #flush(): RunOutput[] {
    const block = this.#taker.flush();
    if (block === undefined) return [];
    const outputs = this.#report(block);
    // Not connected: there is nobody to send the receipt to.
    return this.#phase === 'open' ? outputs : outputs.filter(({ type }) => type !== 'send');
  }

  /** If the run has everything, reports the open block early, and waits for the answers. */
  #finish(now: Instant): RunOutput[] {
    if (!this.#taker.complete && this.#cutShort === undefined) return [];
    const outputs = this.#flush();
    this.#phase = 'finishing';
    this.#deadlineMs = this.#lastAnswers.sent(this.#reports.missing, now.monotonicMs);
    return [...outputs, ...this.#answered(now)];
  }

  /** Ends the run if only the server's answer was missing. */
  #answered(now: Instant): RunOutput[] {
    const { missing } = this.#reports;
    if (missing > 0 && this.#phase === 'finishing')
      this.#deadlineMs = this.#lastAnswers.answered(missing, now.monotonicMs) ?? this.#deadlineMs;
    if (missing > 0) return [];
    if (this.#phase === 'leaving') return this.#leave(now);
    if (this.#phase !== 'finishing') return [];
    return [...this.#close(CLOSE.done, 'done'), ...this.#end(now)];
  }

  #leave(now: Instant): RunOutput[] {
    return [...this.#close(CLOSE.leaving, 'leaving'), ...this.#end(now)];
  }

  /** Closes the connection; over a link that can't say why, drops it. */
  #close(code: number, reason: string): RunOutput[] {
    return [this.#settings.link.status ? { type: 'close', code, reason } : { type: 'terminate' }];
  }

  #giveUpConnection(reason: Advised, now: Instant): RunOutput[] {
    if (this.#phase === 'leaving') return [{ type: 'terminate' }, ...this.#end(now)];
    return [{ type: 'terminate' }, ...this.#disconnect(ABNORMAL_CLOSE, reason, now)];
  }

  #disconnect(code: number, said: Advised, now: Instant, retryAfterMs?: number): RunOutput[] {
    const reason = this.#shown(said.sentence);
    const connected = this.#phase === 'open' || this.#phase === 'finishing';
    this.#phase = 'waiting';
    this.#signs.disconnected();
    this.#timing.end();
    const plain = this.#served.mode === 'plain';
    const goesOn = plain && isNormalClose(code) && retryAfterMs !== undefined;
    const why = { ...said, sentence: reason };
    const retryMs = this.#deadlines.lost(why, now.monotonicMs, retryAfterMs, goesOn && this.#taker.served);
    this.#taker.interrupt();
    this.#deadlineMs = now.monotonicMs + retryMs;
    const whole = this.#taker.counts.notCome === undefined;
    const { once = false, link } = this.#settings;
    const ended = { connected, code, reason, plain: plain && !goesOn, once, whole, link };
    const ending = this.#cutShort ?? endWithConnection(ended, this.#deadlines.redial.triesOn);
    if (ending !== undefined) return this.#finishEarly(ending, now);
    this.#connection.gone();
    return [{ type: 'disconnected', code, reason, retryMs }];
  }

  /** Takes no more messages, and sees that those that arrived are verified. */
  #finishEarly(why: CutShort, now: Instant): RunOutput[] {
    this.#cutShort = why;
    if (this.#phase === 'open') return this.#finish(now);
    return [...this.#flush(), ...this.#end(now), ...this.#connection.dropNow()];
  }

  #refuse({ error, code }: RunRefusal, now: Instant): RunOutput[] {
    return this.#fail({ error, integrity: true }, now, code);
  }

  #fail(why: Fault, now: Instant, code?: number): RunOutput[] {
    const error = this.#shown(why.error);
    const close = code === undefined ? [] : this.#close(code, closeReason(error));
    return [...close, ...this.#end(now, { ...why, error })];
  }

  #end(now: Instant, why = this.#cutShort): RunOutput[] {
    this.#phase = 'ended';
    const verdict = runVerdict(this.#settings, {
      ...this.#taker.counts,
      ...this.#reports.counts,
      proof: this.#served.mode === 'proof',
      corrupt: this.#reports.corrupt,
      resumes: this.#resumes,
      durationMs: this.#deadlines.elapsedMs(now.monotonicMs),
      stopped: this.#stopped,
      ...why,
    });
    const last = this.#connection.runEnded(now.monotonicMs);
    return [...this.#taker.found(true), { type: 'end', verdict }, ...last];
  }
}
