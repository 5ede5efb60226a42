import { LIMITS } from '../limits.ts';

/** When messages were handed to the socket, until their receipts come. */
export class SendTimes {
  /** The first seq whose time is known. */
  #firstSeq: number;
  readonly #sent: { readonly endSeq: number; readonly atMs: number }[] = [];

  /** @param firstSeq the first message still to be sent */
  constructor(firstSeq: number) {
    this.#firstSeq = firstSeq;
  }

  /** All messages before `endSeq` that were not sent earlier are sent now. */
  add(endSeq: number, atMs: number): void {
    this.#sent.push({ endSeq, atMs });
    if (this.#sent.length > LIMITS.sendTimes) this.#forget();
  }

  /** When message `seq` was sent; undefined if that is unknown. Earlier messages can't be asked for any more. */
  take(seq: number): number | undefined {
    while (this.#sent[0] !== undefined && this.#sent[0].endSeq <= seq) this.#forget();
    return seq < this.#firstSeq ? undefined : this.#sent[0]?.atMs;
  }

  #forget(): void {
    const [oldest] = this.#sent;
    this.#sent.shift();
    this.#firstSeq = oldest?.endSeq ?? this.#firstSeq;
  }
}
