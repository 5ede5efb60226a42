import type { Block } from '../measure/block-timer.ts';
import type { FinishedBlock } from '../measure/finished-block.ts';
import type { Instant } from '../measure/instant.ts';
import type { MessageBatch } from '../measure/message-batch.ts';
import { judge } from '../measure/verdict.ts';
import { BackOff } from './back-off.ts';
import { BlockLatency } from './block-latency.ts';
import { ClientAddress } from './client-address.ts';
import type { ClientOutput, ConnectedSource } from './client-output.ts';
import type { ClientSessionSettings } from './client-session-settings.ts';
import { ABNORMAL_CLOSE, CLOSE, closeIsFinal, closeReason, httpStatusIsFinal } from './close-codes.ts';
import { decodeServerMessage, encodeControl, ProtocolError, textOf } from './codec.ts';
import { Heartbeat } from './heartbeat.ts';
import { LastAnswers } from './last-answers.ts';
import { isControl, MessageTaker } from './message-taker.ts';
import { type ServerMessage, SUBPROTOCOL, type Verified, type Welcome } from './messages.ts';
import { receiptFor } from './receipt.ts';
import { encodeReceipt } from './receipt-text.ts';
import type { RunProgress } from './resume-point.ts';
import { UnansweredReceipts } from './unanswered-receipts.ts';

/** How long an attempt may take until messages can come, and the server to answer a user who wants to leave. */
const DIAL_TIMEOUT_MS = 10_000;
const LEAVE_TIMEOUT_MS = 2000;

type Phase = 'waiting' | 'dialing' | 'greeting' | 'open' | 'finishing' | 'leaving' | 'ended';

/**
 * One run of a client: any number of connections one after the other, with no I/O and no clock of its own. It
 * knows the next seq and the open block, and that is enough to go on after any outage.
 *
 * The caller carries out the outputs of each call, in order; if it fails to store a block it calls `abort` and
 * leaves out the rest. It calls `wake` at `wakeMs`, and tells what becomes of the connection.
 */
export class ClientSession {
  readonly #settings: ClientSessionSettings;
  readonly #address: ClientAddress;
  readonly #count: number | undefined;
  readonly #backOff: BackOff;
  readonly #receipts: UnansweredReceipts;
  readonly #lastAnswers = new LastAnswers();
  readonly #taker: MessageTaker;
  #blockCount: number;
  #corrupt = 0;
  #resumes = 0;
  #phase: Phase = 'waiting';
  #mode: 'unknown' | 'plain' | 'proof' = 'unknown';
  #streamId: string | undefined;
  #streamName: string | undefined;
  #heartbeat: Heartbeat | undefined;
  /** Of this connection. */
  #latency: BlockLatency | undefined;
  #startedMs: number | undefined;
  #outageMs: number | undefined;
  #deadlineMs = 0;
  #stopped = false;

  constructor(settings: ClientSessionSettings) {
    const { resume } = settings;
    this.#settings = settings;
    this.#address = new ClientAddress(settings.url, settings.plain);
    this.#count = settings.count ?? this.#address.count;
    this.#backOff = new BackOff(settings.random);
    this.#receipts = new UnansweredReceipts(resume?.verifiedThrough ?? 0, resume?.unanswered ?? []);
    this.#taker = new MessageTaker(settings, this.#count);
    this.#blockCount = (resume?.nextBlock ?? 1) - 1;
    this.#resumes = resume?.resumes ?? 0;
    this.#streamId = resume?.streamId;
    this.#streamName = resume?.stream;
  }

  /** Begins the run. */
  start(now: Instant): ClientOutput[] {
    if (this.#phase === 'ended') return [];
    this.#startedMs = now.monotonicMs;
    this.#outageMs = now.monotonicMs;
    return this.#dial(now);
  }

  /** The connection is open; the subprotocol is the one that the server picked. */
  opened(subprotocol: string | undefined, now: Instant): ClientOutput[] {
    if (this.#phase !== 'dialing') return [];
    const mode = subprotocol === SUBPROTOCOL ? 'proof' : 'plain';
    if (this.#mode !== 'unknown' && this.#mode !== mode) {
      const [was, is] = mode === 'plain' ? ['a Tidemark server', 'not'] : ['not a Tidemark server', 'one'];
      const told = `this was ${was} before the outage, and now it is ${is}`;
      return this.#fail(told, true, now, CLOSE.streamDiffers);
    }
    this.#mode = mode;
    this.#heartbeat = new Heartbeat(this.#settings.heartbeatMs, now.monotonicMs);
    this.#phase = 'greeting';
    if (mode === 'proof') return [];
    this.#settings.check?.begin(undefined);
    if (this.#settings.check === undefined || this.#taker.begun)
      return this.#beginMessages(0, undefined, now);
    this.#phase = 'open'; // where the run begins is where the first message is
    return [];
  }

  /**
   * Whole messages came. Takes them from `batch.next` on until there is something to do, or all are taken: the
   * caller does it, and calls again while the batch is not empty.
   */
  receive(batch: MessageBatch, now: Instant): ClientOutput[] {
    this.heard(now);
    while (!batch.empty) {
      const outputs = this.#receiveSome(batch, now);
      if (outputs.length > 0) return outputs;
    }
    return [];
  }

  /** A block has been stored, and nobody will ask for its messages any more: its memory can be used again. */
  release(block: Block): void {
    this.#taker.release(block);
  }

  /** Anything came from the server, a ping or pong included. */
  heard(now: Instant): void {
    this.#heartbeat?.heard(now.monotonicMs);
  }

  /** The connection ended, with a close code or 1006. */
  closed(code: number, reason: string, now: Instant): ClientOutput[] {
    if (this.#phase === 'ended' || this.#phase === 'waiting') return [];
    if (this.#phase === 'leaving') return this.#end(now);
    if (closeIsFinal(code, this.#taker.served)) {
      const told = reason === '' ? `close code ${code}` : `${reason} (close code ${code})`;
      return this.#fail(told, code === CLOSE.streamDiffers, now);
    }
    return this.#disconnect(code, reason, now);
  }

  /** The connection could not be opened: the HTTP status of the refusal, if there was one, and a sentence. */
  failed(status: number | undefined, reason: string, now: Instant): ClientOutput[] {
    if (this.#phase !== 'dialing') return [];
    if (status !== undefined && httpStatusIsFinal(status)) return this.#fail(reason, false, now);
    return this.#disconnect(ABNORMAL_CLOSE, reason, now);
  }

  /** When to call `wake` next; Infinity is never. */
  wakeMs(): number {
    if (this.#phase === 'ended') return Number.POSITIVE_INFINITY;
    const beat = this.#heartbeat?.wakeMs ?? Number.POSITIVE_INFINITY;
    if (this.#phase !== 'open') return Math.min(beat, this.#deadlineMs);
    return Math.min(beat, this.#latency?.wakeMs ?? Number.POSITIVE_INFINITY);
  }

  /** The time has come for something. */
  wake(now: Instant): ClientOutput[] {
    const late = now.monotonicMs >= this.#deadlineMs;
    switch (this.#phase) {
      case 'ended':
        return [];
      case 'waiting':
        return late ? this.#dial(now) : [];
      case 'dialing':
      case 'greeting':
        if (late) return this.#giveUpConnection('no answer within 10 s', now);
        break;
      case 'finishing':
        if (!late) break;
        if (!this.#lastAnswers.tryAgain()) return [...this.#end(now), { type: 'terminate' }];
        return this.#giveUpConnection('the last receipts were not answered within 10 s', now);
      case 'leaving':
        if (late) return this.#leave(now);
        break;
      case 'open':
        break;
    }
    const beat = this.#heartbeat?.check(now.monotonicMs);
    if (beat === 'ping') return [{ type: 'ping' }];
    if (beat === 'dead') return this.#giveUpConnection('nothing heard for two heartbeats', now);
    return this.#phase === 'open' ? this.#askTime(now) : [];
  }

  /** The user wants to leave: reports the open block as it is, waits a moment for the answer, and ends. */
  stop(now: Instant): ClientOutput[] {
    if (this.#phase === 'ended' || this.#stopped) return [];
    this.#stopped = true;
    const connected = this.#phase === 'open' || this.#phase === 'finishing';
    const outputs = this.#flush();
    if (!connected) return [...outputs, ...this.#end(now), { type: 'terminate' }];
    this.#phase = 'leaving';
    this.#deadlineMs = now.monotonicMs + LEAVE_TIMEOUT_MS;
    return this.#receipts.size > 0 ? outputs : [...outputs, ...this.#leave(now)];
  }

  /** The caller can't go on, as when a block could not be stored: ends at once, reporting nothing more. */
  abort(error: string, now: Instant): ClientOutput[] {
    if (this.#phase === 'ended') return [];
    const close: ClientOutput = { type: 'close', code: CLOSE.leaving, reason: 'the client can not go on' };
    return [close, ...this.#end(now, error)];
  }

  #dial(now: Instant): ClientOutput[] {
    const { client, token, plain } = this.#settings;
    const from = this.#taker.begun && this.#mode !== 'plain' ? this.#taker.next : undefined;
    const count = this.#count === undefined ? undefined : Math.max(0, this.#count - this.#taker.taken);
    this.#phase = 'dialing';
    this.#deadlineMs = now.monotonicMs + DIAL_TIMEOUT_MS;
    const url = this.#address.dialUrl({ client, token, from, count });
    return [{ type: 'dial', url, subprotocol: plain ? undefined : SUBPROTOCOL }];
  }

  #receiveSome(batch: MessageBatch, now: Instant): ClientOutput[] {
    const ended = this.#phase === 'ended' || this.#phase === 'waiting';
    const control = this.#mode === 'proof' && isControl(batch, batch.next);
    if (!ended && !control && this.#phase === 'open') return this.#receiveData(batch, now);
    const payload = batch.payload(batch.next++);
    if (ended) return [];
    if (control) return this.#receiveControl(textOf(payload), now);
    if (this.#phase !== 'greeting') return [];
    return this.#fail('the server sent data before its welcome', true, now, CLOSE.protocolError);
  }

  #receiveControl(text: string, now: Instant): ClientOutput[] {
    let message: ServerMessage | undefined;
    try {
      message = decodeServerMessage(text);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      return this.#fail(`the server broke the protocol: ${error.message}`, true, now, CLOSE.protocolError);
    }
    switch (message?.type) {
      case undefined:
        return [];
      case 'welcome':
        return this.#phase === 'greeting' ? this.#greet(message, now) : [];
      case 'verified':
        this.#receipts.verified(message);
        return [...this.#timed(message), ...this.#answered(now)];
      case 'clock':
        this.#latency?.answer(message, now);
        return this.#phase === 'open' ? this.#askTime(now) : [];
      case 'mismatch': {
        const wrong = this.#receipts.mismatch(message);
        this.#latency?.mismatch(message.block);
        if (wrong !== undefined && wrong.count === wrong.to - wrong.from + 1) this.#corrupt += wrong.count;
        return [{ type: 'mismatch', mismatch: message }, ...this.#answered(now)];
      }
    }
  }

  #greet(welcome: Welcome, now: Instant): ClientOutput[] {
    if (this.#streamId !== undefined && this.#streamId !== welcome.stream_id) {
      const is = `${welcome.stream} of generator ${welcome.generator} with faker ${welcome.faker}`;
      const was = `${this.#streamName ?? 'another'} with id ${this.#streamId}`;
      const told = `stream differs: the server sends ${is}, id ${welcome.stream_id}; this run has read ${was}`;
      return this.#fail(told, true, now, CLOSE.streamDiffers);
    }
    if (this.#taker.begun && welcome.from !== this.#taker.next) {
      const told = `the server begins at seq ${welcome.from} where ${this.#taker.next} was asked for`;
      return this.#fail(told, true, now, CLOSE.protocolError);
    }
    const wrong = this.#settings.check?.begin(welcome);
    if (wrong !== undefined) return this.#fail(wrong, true, now, CLOSE.streamDiffers);
    this.#streamId = welcome.stream_id;
    this.#streamName = welcome.stream;
    if (this.#settings.timing) this.#latency = new BlockLatency(welcome, this.#address.live);
    return [...this.#beginMessages(welcome.from, welcome, now), ...this.#askTime(now)];
  }

  #askTime(now: Instant): ClientOutput[] {
    const request = this.#latency?.request(now);
    return request === undefined ? [] : [{ type: 'send', text: encodeControl(request) }];
  }

  #timed(verified: Verified): ClientOutput[] {
    return (this.#latency?.verified(verified) ?? []).map((timed) => ({ type: 'timed', timed }));
  }

  #beginMessages(firstSeq: number, welcome: Welcome | undefined, now: Instant): ClientOutput[] {
    const first = !this.#taker.begun;
    if (first) this.#taker.begin(firstSeq);
    const source: ConnectedSource = { welcome, from: this.#taker.next };
    const outputs: ClientOutput[] = [];
    if (first) {
      outputs.push({ type: 'connected', source });
    } else {
      this.#resumes++;
      const afterMs = now.monotonicMs - (this.#outageMs ?? now.monotonicMs);
      outputs.push({ type: 'resumed', from: source.from, afterMs, source });
    }
    this.#outageMs = undefined;
    this.#phase = 'open';
    for (const receipt of this.#receipts.receipts())
      outputs.push({ type: 'send', text: encodeReceipt(receipt) });
    return [...outputs, ...this.#finishIfComplete(now)];
  }

  #receiveData(batch: MessageBatch, now: Instant): ClientOutput[] {
    if (!this.#taker.begun) return this.#beginMessages(batch.seq(batch.next) ?? 0, undefined, now);
    const block = this.#taker.take(batch, this.#mode === 'proof', now);
    this.#backOff.reset();
    const outputs: ClientOutput[] = this.#found();
    if (block !== undefined) {
      this.#latency?.arrived(block, now);
      outputs.push(...this.#report(block));
    }
    if (!this.#receipts.overflown) return [...outputs, ...this.#finishIfComplete(now)];
    const told = 'the server does not answer receipts';
    return [...outputs, ...this.#fail(told, true, now, CLOSE.protocolError)];
  }

  #found(ended = false): ClientOutput[] {
    const outputs: ClientOutput[] = [];
    for (const finding of this.#taker.takeFindings(ended)) outputs.push({ type: 'finding', finding });
    for (const found of this.#settings.check?.takeFound() ?? []) outputs.push({ type: 'difference', found });
    return outputs;
  }

  #report(block: FinishedBlock): ClientOutput[] {
    this.#blockCount = block.block;
    const receipt = receiptFor(this.#settings.client, block);
    const { verifiedThrough } = this.#receipts;
    const corrupt = this.#settings.check?.corrupt ?? 0;
    const progress: RunProgress = { verifiedThrough, resumes: this.#resumes, corrupt };
    const stored: ClientOutput = { type: 'block', block, progress };
    if (this.#mode !== 'proof') return [stored, { type: 'send', text: receipt.text }];
    this.#receipts.add(receipt);
    return [stored, { type: 'send', text: encodeReceipt(receipt) }];
  }

  #flush(): ClientOutput[] {
    const block = this.#taker.flush();
    if (block === undefined) return [];
    const outputs = this.#report(block);
    // Not connected: the receipt has nobody to go to.
    return this.#phase === 'open' ? outputs : outputs.filter(({ type }) => type !== 'send');
  }

  #finishIfComplete(now: Instant): ClientOutput[] {
    if (!this.#taker.complete) return [];
    const outputs = this.#flush();
    this.#phase = 'finishing';
    this.#deadlineMs = this.#lastAnswers.sent(this.#receipts.size, now.monotonicMs);
    return [...outputs, ...this.#answered(now)];
  }

  /** Ends the run if all that was still missing was the server's answer. */
  #answered(now: Instant): ClientOutput[] {
    const missing = this.#receipts.size;
    if (missing > 0 && this.#phase === 'finishing')
      this.#deadlineMs = this.#lastAnswers.answered(missing, now.monotonicMs);
    if (missing > 0) return [];
    if (this.#phase === 'leaving') return this.#leave(now);
    if (this.#phase !== 'finishing') return [];
    return [{ type: 'close', code: CLOSE.done, reason: 'done' }, ...this.#end(now)];
  }

  #leave(now: Instant): ClientOutput[] {
    return [{ type: 'close', code: CLOSE.leaving, reason: 'leaving' }, ...this.#end(now)];
  }

  #giveUpConnection(reason: string, now: Instant): ClientOutput[] {
    if (this.#phase === 'leaving') return [{ type: 'terminate' }, ...this.#end(now)];
    return [{ type: 'terminate' }, ...this.#disconnect(ABNORMAL_CLOSE, reason, now)];
  }

  #disconnect(code: number, reason: string, now: Instant): ClientOutput[] {
    this.#phase = 'waiting';
    this.#heartbeat = undefined;
    this.#latency = undefined;
    this.#taker.interrupt();
    this.#outageMs ??= now.monotonicMs;
    const retryMs = this.#backOff.nextMs();
    this.#deadlineMs = now.monotonicMs + retryMs;
    return [{ type: 'disconnected', code, reason, retryMs }];
  }

  #fail(error: string, integrity: boolean, now: Instant, code?: number): ClientOutput[] {
    const close: ClientOutput[] =
      code === undefined ? [] : [{ type: 'close', code, reason: closeReason(error) }];
    return [...close, ...this.#end(now, error, integrity)];
  }

  #end(now: Instant, error?: string, integrity?: boolean): ClientOutput[] {
    this.#phase = 'ended';
    const verdict = judge({
      messages: this.#taker.messages,
      expected: this.#count !== undefined && !this.#stopped ? this.#count : this.#taker.taken,
      lost: this.#taker.tally.lost,
      repeated: this.#taker.tally.repeated,
      reordered: this.#taker.tally.reordered,
      corrupt: this.#settings.check?.corrupt ?? this.#corrupt,
      resumes: this.#resumes,
      blocks: this.#blockCount,
      durationMs: now.monotonicMs - (this.#startedMs ?? now.monotonicMs),
      provable: this.#mode !== 'plain' || this.#settings.check !== undefined,
      unverifiedBlocks: this.#receipts.size,
      wrongBlocks: this.#receipts.wrongBlocks,
      stopped: this.#stopped,
      storeFault: this.#settings.storeFault?.(),
      ...(error === undefined ? {} : { error, integrity: integrity ?? false }),
    });
    return [...this.#found(true), { type: 'end', verdict }];
  }
}
