/**
 * Messages that came together, one right behind the other as the digest runs over them: a text payload is followed
 * by a newline, a binary one by nothing. So any run of them is one piece of memory.
 *
 * Its memory is the sender's, and holds good only while it is being handed over.
 */
export class MessageBatch {
  bytes: Uint8Array = new Uint8Array(0);
  /** Where message i begins; one more entry for the end. */
  offsets: Uint32Array = new Uint32Array(FIRST_CAPACITY + 1);
  /** 1 for a text message, 0 for a binary one: the bytes behind its payload. */
  texts: Uint8Array = new Uint8Array(FIRST_CAPACITY);
  count = 0;
  /** The first message that has not been taken yet: whoever takes messages moves it on. */
  next = 0;

  /** A batch of one message. */
  static of(payload: Uint8Array, text: boolean): MessageBatch {
    const batch = new MessageBatch();
    const bytes = new Uint8Array(payload.length + 1);
    bytes.set(payload);
    bytes[payload.length] = NEWLINE;
    batch.reset(bytes, 0);
    batch.add(payload.length, text);
    return batch;
  }

  /** Empties it, for messages in this memory from `start` on. */
  reset(bytes: Uint8Array, start: number): void {
    this.bytes = bytes;
    this.count = 0;
    this.next = 0;
    this.offsets[0] = start;
  }

  /** Adds the message whose payload ends at `end`, and which begins where the one before it ended. */
  add(end: number, text: boolean): void {
    const index = this.count++;
    if (index === this.texts.length) this.#grow();
    this.texts[index] = text ? 1 : 0;
    this.offsets[index + 1] = text ? end + 1 : end;
  }

  /** Whether all have been taken. */
  get empty(): boolean {
    return this.next >= this.count;
  }

  start(index: number): number {
    return this.offsets[index] ?? 0;
  }

  /** The end of the payload. */
  end(index: number): number {
    return (this.offsets[index + 1] ?? 0) - (this.texts[index] ?? 0);
  }

  isText(index: number): boolean {
    return this.texts[index] === 1;
  }

  payload(index: number): Uint8Array {
    return this.bytes.subarray(this.start(index), this.end(index));
  }

  #grow(): void {
    const offsets = new Uint32Array(this.texts.length * 2 + 1);
    const texts = new Uint8Array(this.texts.length * 2);
    offsets.set(this.offsets);
    texts.set(this.texts);
    this.offsets = offsets;
    this.texts = texts;
  }
}

const FIRST_CAPACITY = 16;
const NEWLINE = 0x0a;
