import { GrowingBytes } from '../../stream/growing-bytes.ts';
import { MAXIMUM_MESSAGE_BYTES } from './bounded-json.ts';
import { captureForm, headBytes, isSurelyLines } from './capture-form.ts';
import { ConcatenatedMessages } from './concatenated-messages.ts';
import { CaptureError, type CaptureFraming } from './form.ts';
import { LineSplitter, type LineTaker } from './line-splitter.ts';
import { NpyMessages } from './npy-messages.ts';

export interface CaptureTaker extends LineTaker {
  /** A binary message of a capture without lines, or bytes that are none; valid for as long as the caller keeps it. */
  message(payload: Uint8Array): void;
}

/** Decides the form of a capture by its beginning, and reads it as lines. */
export class CaptureReader {
  readonly #messages: { readonly text: boolean; readonly sizeBytes: number };
  readonly #taker: CaptureTaker;
  readonly #headBytes: number;
  readonly #splitter: LineSplitter;
  /** The beginning, until the form is known. */
  #head: GrowingBytes | undefined;
  #concatenated: ConcatenatedMessages | NpyMessages | undefined;

  /** @param messages whether they are text, and the size of one */
  constructor(messages: { text: boolean; sizeBytes: number }, taker: CaptureTaker) {
    this.#messages = messages;
    this.#taker = taker;
    this.#headBytes = headBytes(messages.sizeBytes);
    this.#head = new GrowingBytes(this.#headBytes);
    this.#splitter = new LineSplitter(MAXIMUM_MESSAGE_BYTES, taker);
  }

  get framing(): CaptureFraming {
    return this.#concatenated === undefined ? 'lines' : 'concatenated';
  }

  /** Takes a chunk, split anywhere. @throws CaptureError for a form that is not read, before any line is taken */
  push(chunk: Uint8Array): void {
    const head = this.#head;
    if (head === undefined) return this.#read(chunk);
    const known = Math.min(chunk.length, this.#headBytes - head.sizeBytes);
    head.add(chunk, 0, known);
    if (isSurelyLines(head.bytes)) this.#begin(head.bytes, 'lines');
    else if (head.sizeBytes === this.#headBytes) this.#begin(head.bytes);
    else return;
    this.#read(chunk.subarray(known));
  }

  /** The end of the capture. @throws CaptureError as well */
  finish(): void {
    if (this.#head !== undefined) this.#begin(this.#head.bytes);
    this.#concatenated?.finish();
    this.#splitter.finish();
  }

  #begin(head: Uint8Array, form = captureForm(head, this.#messages.text)): void {
    if (typeof form === 'object') throw new CaptureError(form);
    if (form === 'concatenated') {
      const { text, sizeBytes } = this.#messages;
      this.#concatenated = text
        ? new ConcatenatedMessages((bytes) => this.#splitter.push(bytes))
        : new NpyMessages(sizeBytes, (payload) => this.#taker.message(payload));
    }
    this.#head = undefined;
    this.#read(head);
  }

  #read(bytes: Uint8Array): void {
    (this.#concatenated ?? this.#splitter).push(bytes);
  }
}
