import type { MessageBatch } from '../../measure/message-batch.ts';
import type { SecretSeed } from '../../stream/secret-seed.ts';
import { openStream, type Stream } from '../../stream/stream.ts';
import { StreamError } from '../../stream/stream-error.ts';
import { type Difference, firstDifference } from '../../verify/difference/difference.ts';
import { ExpectedMessages } from '../../verify/place/expected-messages.ts';
import { resembles } from '../../verify/place/resemblance.ts';
import { WrongStart } from '../../verify/place/wrong-start.ts';
import { CLOSE } from '../close-codes.ts';
import type { Welcome } from '../messages.ts';
import type { RunProgress } from './resume-point.ts';
import type { RunRefusal } from './served-stream.ts';

/** A message that is wrong: the first in a row of its kind. */
export interface FoundDifference {
  readonly seq: number;
  readonly difference: Difference;
}

/** The most differences, and foreign messages, that a run reports; beyond them it only counts. */
const MAXIMUM_FOUND = 10_000;
const MAXIMUM_EXCERPTS = 100;
const EXCERPT_BYTES = 100;
const NEWLINE = 0x0a;

/** Compares every message of a run with the one that its stream should have, so that no server has to be trusted. */
export class LocalCheck {
  readonly #name: string | undefined;
  readonly #secretSeed: SecretSeed | undefined;
  #expected: ExpectedMessages | undefined;
  #announced: string | undefined;
  #found: FoundDifference[] = [];
  #lastWrong: number | undefined;
  #foundCount = 0;
  #excerpts: string[] = [];
  readonly #wrongStart = new WrongStart();
  /** Messages that were wrong. */
  corrupt: number;
  /** Messages that do not belong to the stream. */
  foreign: number;
  /** Why there is no point in going on. */
  fault: RunRefusal | undefined;

  /**
   * @param name the expected stream; without a seed, the secret one applies, or that of the server's welcome. Undefined leaves the
   *   stream to what is announced
   * @param earlier what earlier processes of the run found
   * @throws StreamError if there is no such stream
   */
  constructor(
    name: string | undefined,
    secretSeed?: SecretSeed,
    earlier?: Pick<RunProgress, 'corrupt' | 'foreign'>,
  ) {
    if (name !== undefined) openStream(name, { secretSeed });
    this.#name = name;
    this.corrupt = earlier?.corrupt ?? 0;
    this.foreign = earlier?.foreign ?? 0;
    if (earlier !== undefined) this.#wrongStart.addRight(); // an earlier process took the first messages
    this.#secretSeed = secretSeed;
  }

  /**
   * Begins, or resumes, with the stream that a server announces.
   *
   * @param announced the stream that is to come, as something else on the way says
   * @returns what is wrong with it, if anything
   */
  begin(welcome: Welcome | undefined, announced?: string): string | undefined {
    if (announced !== undefined || this.#name === undefined) return this.#beginAnnounced(announced);
    const seed = new URLSearchParams(welcome?.stream.split('?')[1]).get('seed');
    const numeric = seed !== null && /^\d{1,16}$/.test(seed) && Number.isSafeInteger(Number(seed));
    const defaultSeed = numeric ? Number(seed) : undefined;
    const stream = openStream(this.#name, { secretSeed: this.#secretSeed, defaultSeed });
    this.#expected ??= new ExpectedMessages(stream);
    const { name, id } = this.#expected.stream;
    if (welcome === undefined || welcome.stream_id === id) return undefined;
    return `the server sends ${welcome.stream}, id ${welcome.stream_id}, where ${name}, id ${id}, was to come`;
  }

  get stream(): Stream | undefined {
    return this.#expected?.stream;
  }

  /** The canonical name of the stream that was announced, where no server has welcomed the run. */
  get announced(): string | undefined {
    return this.#announced;
  }

  /** Whether message `index` of a batch is message `seq` of the stream. */
  equals(batch: MessageBatch, index: number, seq: number): boolean {
    const { start, end } = { start: batch.start(index), end: batch.end(index) };
    const expected = this.#expected;
    return (
      expected !== undefined &&
      batch.isText(index) === expected.stream.text &&
      expected.equals(seq, batch.bytes, start, end)
    );
  }

  /** Checks `count` messages of a batch from `first` on, the first of which should be `firstSeq`. */
  check(batch: MessageBatch, first: number, count: number, firstSeq: number): void {
    const before = this.corrupt;
    for (let i = 0; i < count; i++) {
      const seq = firstSeq + i;
      if (this.equals(batch, first + i, seq)) continue;
      this.corrupt++;
      this.#keepSample(batch, first + i, seq);
      if (this.#lastWrong !== seq - 1 && this.#foundCount++ < MAXIMUM_FOUND)
        this.#found.push({ seq, difference: this.#difference(batch, first + i, seq) });
      this.#lastWrong = seq;
    }
    if (this.corrupt - before < count) this.#wrongStart.addRight();
  }

  /**
   * The place of message `index`, which does not begin with the expected seq: where it is right, or damaged; undefined
   * if it does not belong to the stream.
   *
   * @param due the expected seq; undefined if any may come first
   * @param mayBe whether a seq was asked for
   */
  place(
    batch: MessageBatch,
    index: number,
    due: number | undefined,
    mayBe: (seq: number) => boolean,
  ): number | undefined {
    const expected = this.#expected;
    if (expected === undefined) return due;
    if (!expected.stream.text && !batch.isText(index)) return due ?? 0; // it has no seq
    const claimed = batch.seq(index);
    if (claimed !== undefined && mayBe(claimed) && this.equals(batch, index, claimed)) return claimed;
    const received = batch.payload(index);
    if (claimed !== undefined && mayBe(claimed) && resembles(expected.payload(claimed), received, claimed))
      return claimed;
    const next = due ?? 0;
    return resembles(expected.payload(next), received, undefined) ? next : undefined;
  }

  /** Counts message `index` as foreign. */
  addForeign(batch: MessageBatch, index: number): void {
    this.foreign++;
    this.#keepSample(batch, index, batch.seq(index));
    if (this.foreign > MAXIMUM_EXCERPTS) return;
    const payload = batch.payload(index);
    this.#excerpts.push(batch.isText(index) ? excerpt(payload) : `${payload.length} bytes of binary`);
  }

  /** Takes the beginnings of foreign messages since the last call; only the first ones of a run are kept. */
  takeForeign(): string[] {
    if (this.#excerpts.length === 0) return this.#excerpts;
    const excerpts = this.#excerpts;
    this.#excerpts = [];
    return excerpts;
  }

  /**
   * The stream that the first messages belong to, if none is right and trying others finds it, which takes a tenth of a
   * second.
   */
  likelyStream(): string | undefined {
    const expected = this.#expected;
    return expected === undefined ? undefined : this.#wrongStart.likelyStream(expected.stream);
  }

  /** Takes the differences since the last call. */
  takeFound(): FoundDifference[] {
    if (this.#found.length === 0) return this.#found;
    const found = this.#found;
    this.#found = [];
    return found;
  }

  #beginAnnounced(announced: string | undefined): string | undefined {
    const name = this.#expected?.stream.name ?? this.#name;
    if (announced === undefined) return 'nobody says of which stream the messages are';
    try {
      const coming = openStream(announced, { secretSeed: this.#secretSeed });
      // A name without a seed is of any seed.
      const seed = Number(new URLSearchParams(coming.name.split('?')[1]).get('seed'));
      const defaultSeed = Number.isSafeInteger(seed) ? seed : undefined;
      const due =
        name === undefined ? coming : openStream(name, { secretSeed: this.#secretSeed, defaultSeed });
      if (due.id !== coming.id)
        return `the messages say that they are of ${coming.name}, where ${due.name} was to come`;
      this.#expected ??= new ExpectedMessages(coming);
      this.#announced = coming.name;
      return undefined;
    } catch (error) {
      if (!(error instanceof StreamError)) throw error;
      return `the messages say that they are of ${announced}, which can't be checked here: ${error.message}`;
    }
  }

  #keepSample(batch: MessageBatch, index: number, seq: number | undefined): void {
    if (seq !== undefined && this.#wrongStart.wants)
      this.#wrongStart.addWrong(seq, batch.payload(index).slice());
  }

  #difference(batch: MessageBatch, index: number, seq: number): Difference {
    const expected = this.#expected;
    const payload = batch.payload(index);
    if (expected === undefined) throw new Error('a check must begin before messages come');
    const { text } = expected.stream;
    if (text && this.#isJoined(expected.payload(seq), payload))
      this.fault = {
        error: `one WebSocket message holds several of the stream, joined by newlines, from seq ${seq} on`,
        code: CLOSE.protocolError,
      };
    if (batch.isText(index) === text) return firstDifference(expected.payload(seq), payload, text);
    const kind = (isText: boolean) => (isText ? 'a text message' : 'a binary message');
    return { field: null, byte: null, expected: kind(text), received: kind(!text) };
  }

  /** Whether a message is another one, a newline, and more. */
  #isJoined(expected: Uint8Array, received: Uint8Array): boolean {
    if (received.length <= expected.length + 1 || received[expected.length] !== NEWLINE) return false;
    return expected.every((byte, at) => received[at] === byte);
  }
}

function excerpt(payload: Uint8Array): string {
  const text = new TextDecoder().decode(payload.subarray(0, EXCERPT_BYTES));
  return payload.length > EXCERPT_BYTES ? `${text}…` : text;
}
