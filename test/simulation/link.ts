import type {
  Connection,
  ConnectionListener,
  DialListener,
  FrameConnection,
} from '../../src/carriage/connection.ts';
import type { Turns, TurnTaker } from '../../src/host/turns.ts';
import { MessageBatch } from '../../src/measure/message-batch.ts';
import { payloadsOf } from './frames.ts';
import type { VirtualTime } from './virtual-time.ts';

export type Side = 'client' | 'server';

const OTHER: Readonly<Record<Side, Side>> = { client: 'server', server: 'client' };
/** How long a peer has to answer a close frame. */
const CLOSING_MS = 30_000;

/** Changes what passes from the server to the client; gives nothing, one or several contents. */
export type Tamper = (frames: Uint8Array) => Uint8Array[];

/** What goes over a link. */
type Parcel =
  | { readonly type: 'frames'; readonly bytes: Uint8Array }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'ping' | 'pong' | 'comment' }
  | { readonly type: 'close'; readonly code: number; readonly reason: string };

export interface LinkOptions {
  readonly delayMs: number;
  /** How much is under way to the client before the server's kernel takes no more. */
  readonly windowBytes: number;
  /** How much may wait for the server's kernel before its socket says stop. */
  readonly highWaterBytes: number;
  readonly tamper?: Tamper | undefined;
}

/**
 * A WebSocket connection over a TCP path, in virtual time: what is sent arrives in order and after a delay, or the
 * path breaks. A path that is cut tells both ends; one that goes dark tells nobody.
 */
export class Link {
  readonly client: ClientEnd;
  #server: ServerEnd | undefined;
  readonly #time: VirtualTime;
  readonly #options: LinkOptions;
  #delayMs: number;
  #bytesPerMs = Number.POSITIVE_INFINITY;
  readonly #arrivalMs: Record<Side, number> = { client: 0, server: 0 };
  readonly #dark: Record<Side, boolean> = { client: false, server: false };
  #open = true;

  constructor(time: VirtualTime, options: LinkOptions, listener: DialListener) {
    this.#time = time;
    this.#options = options;
    this.#delayMs = options.delayMs;
    this.client = new ClientEnd(this, listener);
  }

  get open(): boolean {
    return this.#open;
  }

  get time(): VirtualTime {
    return this.#time;
  }

  /** How long something takes that is sent now, beside what is under way. */
  get takesMs(): number {
    return this.#time.between(this.#delayMs, this.#delayMs * 1.5);
  }

  isDark(side: Side): boolean {
    return this.#dark[side];
  }

  /** A server takes the connection. */
  accept(turns: Turns, taker: TurnTaker): ServerEnd {
    const { windowBytes, highWaterBytes, tamper } = this.#options;
    const server = new ServerEnd(this, turns, taker, { windowBytes, highWaterBytes, tamper });
    this.#server = server;
    return server;
  }

  /** The client has read so much. */
  consumed(sizeBytes: number): void {
    this.#server?.consumed(sizeBytes);
  }

  /** From now on nothing arrives at this side, and nobody is told. */
  goDark(side: Side): void {
    this.#dark[side] = true;
  }

  /** Nothing arrives at this side for a while; then all of it. */
  stall(side: Side, durationMs: number): void {
    this.#arrivalMs[side] = Math.max(this.#arrivalMs[side], this.#time.nowMs + durationMs);
  }

  /** From now on everything takes so many times as long, and little gets through at a time. */
  slowDown(times: number, bytesPerMs: number): void {
    this.#delayMs *= times;
    this.#bytesPerMs = bytesPerMs;
  }

  send(from: Side, parcel: Parcel): void {
    if (!this.#open) return;
    const to = OTHER[from];
    if (parcel.type === 'frames') this.#arrivalMs[to] += parcel.bytes.length / this.#bytesPerMs;
    const jitter = this.#time.between(0, this.#delayMs / 2);
    const atMs = Math.max(this.#arrivalMs[to], this.#time.nowMs + this.#delayMs + jitter);
    this.#arrivalMs[to] = atMs;
    this.#time.at(atMs, () => {
      if (this.#open && !this.#dark[to]) this.#end(to)?.arrive(parcel);
    });
  }

  /** One end drops the connection: the other is told, unless its path is dark. */
  terminate(from: Side): void {
    const to = OTHER[from];
    this.#time.after(0, () => this.#end(from)?.tellClosed(1006, ''));
    if (!this.#open) return; // the other end has dropped it before, over a path that is dark
    this.#open = false;
    if (!this.#dark[to]) this.#time.after(this.#delayMs, () => this.#end(to)?.tellClosed(1006, ''));
  }

  /** The path breaks: both ends are told, what was under way is lost. */
  cut(): void {
    if (!this.#open) return;
    this.#open = false;
    for (const side of ['client', 'server'] as const) {
      this.#time.after(this.#time.between(0, 20), () => this.#end(side)?.tellClosed(1006, ''));
    }
  }

  /** The server's kernel finds that nothing arrives any more, whether or not the client has dropped it before. */
  giveUp(): void {
    this.#open = false;
    this.#server?.tellClosed(1006, '');
  }

  #end(side: Side): ClientEnd | ServerEnd | undefined {
    return side === 'client' ? this.client : this.#server;
  }
}

/** What both ends do alike. */
abstract class End implements Connection {
  protected readonly link: Link;
  readonly #side: Side;
  /** What has arrived and is not read yet. */
  protected readonly inbox: Parcel[] = [];
  protected reading = true;
  #closing = false;
  #closed = false;

  constructor(link: Link, side: Side) {
    this.link = link;
    this.#side = side;
  }

  protected get isOpen(): boolean {
    return !this.#closing && !this.#closed;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  sendText(text: string): void {
    if (this.isOpen) this.send({ type: 'text', text });
  }

  sendBytes(): void {
    throw new Error('nobody echoes here');
  }

  ping(): void {
    if (this.isOpen) this.send({ type: 'ping' });
  }

  setReading(reading: boolean): void {
    if (!this.isOpen) return;
    this.reading = reading;
    if (reading) this.readSoon();
  }

  close(code: number, reason: string): void {
    this.reading = true;
    this.readSoon();
    if (!this.isOpen) return;
    this.send({ type: 'close', code, reason });
    this.#closing = true;
    this.link.time.after(CLOSING_MS, () => {
      if (!this.#closed) this.terminate();
    });
  }

  terminate(): void {
    if (!this.#closed) this.link.terminate(this.#side);
  }

  /** As when its process is killed: nobody is told here. */
  abandon(): void {
    this.terminate();
    this.#closed = true;
  }

  arrive(parcel: Parcel): void {
    if (this.#closed) return;
    this.inbox.push(parcel);
    this.readSoon();
  }

  tellClosed(code: number, reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.inbox.length = 0;
    this.closed(code, reason);
  }

  protected take(parcel: Parcel): void {
    switch (parcel.type) {
      case 'frames':
        return this.messages(payloadsOf(parcel.bytes));
      case 'text':
        return this.messages([Buffer.from(parcel.text)]);
      case 'ping':
        this.heard();
        if (this.isOpen) this.send({ type: 'pong' });
        return;
      case 'comment':
        return this.heard();
      case 'pong':
        return this.answered();
      case 'close':
        if (this.isOpen) this.send(parcel);
        return this.tellClosed(parcel.code, parcel.reason);
    }
  }

  protected abstract send(parcel: Parcel): void;
  protected abstract readSoon(): void;
  protected abstract messages(payloads: Uint8Array[]): void;
  protected abstract heard(): void;
  protected abstract answered(): void;
  protected abstract closed(code: number, reason: string): void;
}

/** A client's: what arrives is handed over at once, several messages together. */
export class ClientEnd extends End {
  readonly #listener: DialListener;
  #opened = false;

  constructor(link: Link, listener: DialListener) {
    super(link, 'client');
    this.#listener = listener;
  }

  opened(): void {
    this.#opened = true;
    this.#listener.opened('tidemark.v1');
  }

  failed(reason: string): void {
    this.tellClosed(1006, reason);
  }

  protected override send(parcel: Parcel): void {
    this.link.send('client', parcel);
  }

  protected override readSoon(): void {
    while (this.reading && !this.isClosed) {
      const parcel = this.inbox.shift();
      if (parcel === undefined) return;
      this.take(parcel);
      this.link.consumed(sizeOf(parcel));
    }
  }

  protected override messages(payloads: Uint8Array[]): void {
    this.#listener.messages(MessageBatch.ofAll(payloads, true));
  }

  protected override heard(): void {
    this.#listener.heard();
  }

  protected override answered(): void {
    this.#listener.heard();
  }

  protected override closed(code: number, reason: string): void {
    if (this.#opened) this.#listener.closed(code, reason, false);
    else this.#listener.failed({ status: undefined, reason });
  }
}

/**
 * A server's. What it writes waits until its kernel takes it, and its memory is read only then; what arrives waits for its
 * turn among all that the process has to do.
 */
export class ServerEnd extends End implements FrameConnection {
  readonly turns: TurnTaker;
  readonly #scheduler: Turns;
  readonly #options: Omit<LinkOptions, 'delayMs'>;
  #listener: ConnectionListener | undefined;
  readonly #unsent: Parcel[] = [];
  #unsentBytes = 0;
  #inFlightBytes = 0;
  /** Of a frame of which a part was written. */
  #partBytes = 0;
  #corked = 0;
  /** How often something was sent. */
  #sends = 0;
  #needsDrain = false;
  #tookFrames = true;
  /** What was done that a socket does not take. */
  readonly faults: string[] = [];
  readonly #read = (): boolean => this.#readOne();

  constructor(link: Link, scheduler: Turns, taker: TurnTaker, options: Omit<LinkOptions, 'delayMs'>) {
    super(link, 'server');
    this.#scheduler = scheduler;
    this.turns = taker;
    this.#options = options;
  }

  listen(listener: ConnectionListener): void {
    this.#listener = listener;
  }

  get takesFrames(): boolean {
    return this.isOpen && (!this.#needsDrain || !this.hasUnsent);
  }

  get hasUnread(): boolean {
    return this.inbox.length > 0 && this.turns.jobs?.has(this.#read) === true;
  }

  get hasUnsent(): boolean {
    return this.#unsent.length > 0;
  }

  writeFrames(frames: readonly Uint8Array[]): void {
    if (!this.isOpen) return;
    if (this.#partBytes > 0) this.faults.push('a frame was written in the middle of another');
    if (!(this.#corked > 0 ? this.#tookFrames : this.takesFrames))
      this.faults.push('frames were written though the socket had said stop');
    for (const bytes of frames) this.#put({ type: 'frames', bytes });
    this.#flush();
  }

  /** It is a message once all of it is there. */
  writePart(frame: Uint8Array, from: number, to: number): void {
    if (!this.isOpen) return;
    if (from !== this.#partBytes)
      this.faults.push(`a frame goes on at ${from}, and not at ${this.#partBytes}`);
    this.#partBytes = to === frame.length ? 0 : to;
    if (to === frame.length) this.writeFrames([Uint8Array.from(frame)]);
  }

  cork(): void {
    if (this.#corked === 0) this.#tookFrames = this.takesFrames;
    this.#corked++;
  }

  uncork(): void {
    this.#corked--;
    this.#flush();
  }

  /** From now on something goes out at least so often, as on a response. */
  keepAlive(ms: number): void {
    const begun = this.#sends;
    this.link.time.after(ms, () => {
      if (!this.isOpen) return;
      if (this.#sends === begun && !this.hasUnsent && this.#partBytes === 0) this.send({ type: 'comment' });
      this.keepAlive(ms);
    });
  }

  /** The client has read so much of what was sent. */
  consumed(sizeBytes: number): void {
    this.#inFlightBytes -= sizeBytes;
    this.#flush();
  }

  protected override send(parcel: Parcel): void {
    this.#put(parcel);
    this.#flush();
  }

  protected override readSoon(): void {
    if (this.reading && this.inbox.length > 0) this.#scheduler.add(this.#read, this.turns);
  }

  protected override messages(payloads: Uint8Array[]): void {
    for (const payload of payloads) this.#listener?.message(payload, true);
  }

  protected override heard(): void {
    this.#listener?.heard();
  }

  protected override answered(): void {
    this.#listener?.answered();
  }

  protected override closed(code: number, reason: string): void {
    this.#scheduler.remove(this.#read, this.turns);
    this.#listener?.closed(code, reason);
  }

  #readOne(): boolean {
    const parcel = this.reading && !this.isClosed ? this.inbox.shift() : undefined;
    if (parcel !== undefined) this.take(parcel);
    return this.reading && this.inbox.length > 0;
  }

  #put(parcel: Parcel): void {
    this.#sends++;
    this.#unsent.push(parcel);
    this.#unsentBytes += sizeOf(parcel);
    if (this.#unsentBytes >= this.#options.highWaterBytes) this.#needsDrain = true;
  }

  #flush(): void {
    while (this.#corked === 0) {
      const [parcel] = this.#unsent;
      if (parcel === undefined) break;
      if (sizeOf(parcel) > 0 && this.#inFlightBytes >= this.#options.windowBytes) break;
      this.#unsent.shift();
      this.#unsentBytes -= sizeOf(parcel);
      for (const each of this.#tampered(parcel)) {
        this.#inFlightBytes += sizeOf(each);
        this.link.send('server', each);
      }
    }
    if (this.#needsDrain && !this.hasUnsent) this.link.time.after(0, () => this.#tellDrained());
  }

  /** As Node does it: not if something waits again by then. */
  #tellDrained(): void {
    if (!this.#needsDrain || this.hasUnsent || this.isClosed) return;
    this.#needsDrain = false;
    this.#listener?.drained();
  }

  /** What the kernel takes is a copy. */
  #tampered(parcel: Parcel): Parcel[] {
    if (parcel.type !== 'frames') return [parcel];
    const bytes = parcel.bytes.slice();
    const { tamper } = this.#options;
    if (tamper === undefined) return [{ type: 'frames', bytes }];
    const contents = tamper(bytes);
    return contents.map((content) => ({ type: 'frames', bytes: content }));
  }
}

/** What is said beside the messages waits behind them, and takes no room: a window of one byte would hold up each by a round trip. */
function sizeOf(parcel: Parcel): number {
  return parcel.type === 'frames' ? parcel.bytes.length : 0;
}
