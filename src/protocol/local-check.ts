import { type Difference, firstDifference } from '../capture/difference.ts';
import { ExpectedMessages } from '../capture/expected-messages.ts';
import type { MessageBatch } from '../measure/message-batch.ts';
import type { SecretSeed } from '../stream/secret-seed.ts';
import { openStream, type Stream } from '../stream/stream.ts';
import type { Welcome } from './messages.ts';

/** A message that is not what it should be, the first of its kind in a row. */
export interface FoundDifference {
  readonly seq: number;
  readonly difference: Difference;
}

/** Compares every message of a run with the one that its stream should have: no server is trusted. */
export class LocalCheck {
  readonly #name: string;
  readonly #secretSeed: SecretSeed | undefined;
  #expected: ExpectedMessages | undefined;
  #found: FoundDifference[] = [];
  #lastWrong: number | undefined;
  /** Messages that were not what they should be. */
  corrupt: number;

  /**
   * @param name the stream that is to come; if it has no seed, the secret one counts, or that of the server's welcome
   * @param corrupt messages that an earlier process of the run found wrong
   * @throws StreamError if there is no such stream
   */
  constructor(name: string, secretSeed?: SecretSeed, corrupt = 0) {
    openStream(name, { secretSeed });
    this.#name = name;
    this.corrupt = corrupt;
    this.#secretSeed = secretSeed;
  }

  /** Begins, or goes on, with what a server says that it sends. @returns what is wrong with that, if anything is */
  begin(welcome: Welcome | undefined): string | undefined {
    const seed = new URLSearchParams(welcome?.stream.split('?')[1]).get('seed');
    const numeric = seed !== null && /^\d{1,16}$/.test(seed);
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

  /** Checks `count` messages of a batch from `first` on, which are placed from `firstSeq` on. */
  check(batch: MessageBatch, first: number, count: number, firstSeq: number): void {
    for (let i = 0; i < count; i++) {
      const seq = firstSeq + i;
      if (this.equals(batch, first + i, seq)) continue;
      this.corrupt++;
      if (this.#lastWrong !== seq - 1)
        this.#found.push({ seq, difference: this.#difference(batch, first + i, seq) });
      this.#lastWrong = seq;
    }
  }

  /** What has been found since it was last asked for. */
  takeFound(): FoundDifference[] {
    if (this.#found.length === 0) return this.#found;
    const found = this.#found;
    this.#found = [];
    return found;
  }

  #difference(batch: MessageBatch, index: number, seq: number): Difference {
    const expected = this.#expected;
    const payload = batch.payload(index);
    if (expected === undefined) throw new Error('a check must begin before messages come');
    const { text } = expected.stream;
    if (batch.isText(index) === text) return firstDifference(expected.payload(seq), payload, text);
    const kind = (isText: boolean) => (isText ? 'a text message' : 'a binary message');
    return { field: null, byte: null, expected: kind(text), received: kind(!text) };
  }
}
