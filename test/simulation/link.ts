import type { VirtualTime } from './virtual-time.ts';

/** What one end of a link is told. */
export interface LinkEnd {
  /** Text or frames, as the other end sent them. */
  receive(content: string | Uint8Array): void;
  /** A ping came. */
  heard(): void;
  /** A pong came. */
  answered(): void;
  /** More can be written again. */
  drained(): void;
  closed(code: number, reason: string): void;
}

export type Side = 'client' | 'server';

const OTHER: Readonly<Record<Side, Side>> = { client: 'server', server: 'client' };

/** Changes what passes from the server to the client; gives nothing, one or several contents. */
export type Tamper = (frames: Uint8Array) => Uint8Array[];

/**
 * A WebSocket connection over a TCP path, in virtual time: what is sent arrives in order and after a delay, or the
 * path breaks. A path that is cut tells both ends; one that goes dark tells nobody.
 */
export class Link {
  readonly #time: VirtualTime;
  readonly #ends: Partial<Record<Side, LinkEnd>> = {};
  #delayMs: number;
  #bytesPerMs = Number.POSITIVE_INFINITY;
  readonly #windowBytes: number;
  readonly #tamper: Tamper | undefined;
  readonly #arrivalMs: Record<Side, number> = { client: 0, server: 0 };
  readonly #dark: Record<Side, boolean> = { client: false, server: false };
  #inFlightBytes = 0;
  #mostInFlightBytes = 0;
  #open = true;

  /** @param windowBytes how much the server can write before it has to wait */
  constructor(
    time: VirtualTime,
    options: { delayMs: number; windowBytes: number; tamper?: Tamper | undefined },
  ) {
    this.#time = time;
    this.#delayMs = options.delayMs;
    this.#windowBytes = options.windowBytes;
    this.#tamper = options.tamper;
  }

  /** The most bytes that were ever under way to the client. */
  get mostInFlightBytes(): number {
    return this.#mostInFlightBytes;
  }

  attach(side: Side, end: LinkEnd): void {
    this.#ends[side] = end;
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

  /** Control messages and free text, from either side. */
  sendText(from: Side, text: string): void {
    this.#deliver(OTHER[from], (end) => end.receive(text));
  }

  /** Frames from the server; false if it has to wait. */
  writeFrames(frames: Uint8Array): boolean {
    if (!this.#open) return false;
    const contents = this.#tamper?.(frames) ?? [frames];
    this.#inFlightBytes += frames.length;
    this.#mostInFlightBytes = Math.max(this.#mostInFlightBytes, this.#inFlightBytes);
    this.#arrivalMs.client += frames.length / this.#bytesPerMs;
    this.#deliver('client', (end) => {
      for (const content of contents) end.receive(content);
      const wasFull = this.#inFlightBytes >= this.#windowBytes;
      this.#inFlightBytes -= frames.length;
      if (wasFull && this.#inFlightBytes < this.#windowBytes) this.#ends.server?.drained();
    });
    return this.#inFlightBytes < this.#windowBytes;
  }

  ping(from: Side): void {
    this.#deliver(OTHER[from], (end) => {
      end.heard();
      this.#deliver(from, (own) => own.answered());
    });
  }

  /** The closing handshake: the other end is told after all that was sent before, then this one. */
  close(from: Side, code: number, reason: string): void {
    this.#deliver(OTHER[from], (end) => {
      this.#deliver(from, (own) => {
        this.#open = false;
        own.closed(code, reason);
      });
      end.closed(code, reason);
    });
  }

  /** One end drops the connection: the other is told, unless its path is dark. */
  terminate(from: Side): void {
    if (!this.#open) return;
    const other = this.#ends[OTHER[from]];
    const told = !this.#dark[OTHER[from]];
    this.#open = false;
    this.#time.after(0, () => this.#ends[from]?.closed(1006, ''));
    if (told) this.#time.after(this.#delayMs, () => other?.closed(1006, ''));
  }

  /** The path breaks: both ends are told, what was under way is lost. */
  cut(): void {
    if (!this.#open) return;
    this.#open = false;
    for (const side of ['client', 'server'] as const) {
      this.#time.after(this.#time.between(0, 20), () => this.#ends[side]?.closed(1006, ''));
    }
  }

  #deliver(to: Side, act: (end: LinkEnd) => void): void {
    if (!this.#open) return;
    const jitter = this.#time.between(0, this.#delayMs / 2);
    const atMs = Math.max(this.#arrivalMs[to], this.#time.nowMs + this.#delayMs + jitter);
    this.#arrivalMs[to] = atMs;
    this.#time.after(atMs - this.#time.nowMs, () => {
      const end = this.#ends[to];
      if (this.#open && !this.#dark[to] && end !== undefined) act(end);
    });
  }
}
