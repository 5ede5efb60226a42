import {
  type OutgoingMessage,
  type PublishTarget,
  type Standing,
  TargetFault,
} from '../../src/publish/target/publish-target.ts';
import type { Stream } from '../../src/stream/stream.ts';

/** What happens to a message on its way. */
export type Fate = 'held' | 'lost' | 'held, and nobody hears of it' | 'refused';

/** A target in memory, whose faults are planned. It takes only what follows, as the real ones do. */
export class HeldMessages implements PublishTarget {
  window = 8;
  readonly payloads: Uint8Array[] = [];
  readonly firstSeq: number;
  /** How often it was opened. */
  opened = 0;
  /** The most that waited at a time. */
  mostInFlight = 0;
  #inFlight = 0;
  readonly #fate: (seq: number, attempt: number) => Fate;
  readonly #opening: (attempt: number) => TargetFault | undefined;
  readonly #attempts = new Map<number, number>();
  #broken = false;

  constructor(
    options: {
      firstSeq?: number;
      fate?: (seq: number, attempt: number) => Fate;
      opening?: (attempt: number) => TargetFault | undefined;
    } = {},
  ) {
    this.firstSeq = options.firstSeq ?? 0;
    this.#fate = options.fate ?? (() => 'held');
    this.#opening = options.opening ?? (() => undefined);
  }

  async open(_stream: Stream): Promise<Standing> {
    const fault = this.#opening(++this.opened);
    if (fault !== undefined) throw fault;
    this.#broken = false;
    const { length } = this.payloads;
    return { next: length === 0 ? undefined : this.firstSeq + length, holder: 'the memory' };
  }

  async put({ seq, payload }: OutgoingMessage): Promise<void> {
    this.mostInFlight = Math.max(this.mostInFlight, ++this.#inFlight);
    const attempt = (this.#attempts.get(seq) ?? 0) + 1;
    this.#attempts.set(seq, attempt);
    const fate = this.#fate(seq, attempt);
    const follows = seq === this.firstSeq + this.payloads.length && !this.#broken;
    const held = follows && fate.startsWith('held');
    if (held) this.payloads.push(payload.slice());
    if (!held) this.#broken = true; // nothing is taken behind it
    await Promise.resolve();
    this.#inFlight--;
    if (!held) throw new TargetFault(`seq ${seq} was not taken`, { refused: fate === 'refused' });
    if (fate !== 'held') {
      this.#broken = true;
      throw new TargetFault(`nobody knows of seq ${seq}`);
    }
  }

  async close(): Promise<void> {}
}
