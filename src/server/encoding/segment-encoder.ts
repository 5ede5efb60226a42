import { SecretSeed } from '../../stream/secret-seed.ts';
import { encodedSize } from '../../stream/segment/encoded-messages.ts';
import type { Framing } from '../../stream/segment/framing.ts';
import { encodeMessages } from '../../stream/segment/segment.ts';
import { pieceBytes } from '../../stream/segment/segment-memory.ts';
import { type SegmentSeries, segmentSeries } from '../../stream/segment/segment-series.ts';
import { openStream } from '../../stream/stream.ts';

/** What a thread begins with. */
export interface EncoderData {
  /** All pieces of memory that segments are put into. */
  readonly memory: SharedArrayBuffer;
  /** The secret that streams may be made with. */
  readonly secretSeed: Uint8Array | undefined;
}

/** What an encoder is asked for: segments of a stream, by its canonical name, in a framing. */
export interface EncodeRequest {
  readonly name: string;
  readonly framing: Framing;
  /** What each is answered with. */
  readonly ids: readonly number[];
  readonly indices: readonly number[];
  /** The number of the piece that each is to be put into, if it fits, or NO_PIECE. */
  readonly pieces: readonly number[];
}

export const NO_PIECE = -1;

export interface EncodeResponse {
  readonly id: number;
  /** How long the segment is, with its index. */
  readonly sizeBytes: number;
  /** Where it is, if not in the piece that was named for it. */
  readonly memory: Uint8Array<ArrayBuffer> | undefined;
}

const SERIES_KEPT = 100;
/** Segments that are told of together: to wake the event loop for each takes both sides longer. */
const TOLD_TOGETHER = 4;

/** Makes the segments that it is asked for, in order: the work of a thread. */
export class SegmentEncoder {
  readonly #memory: SharedArrayBuffer;
  readonly #secretSeed: SecretSeed | undefined;
  readonly #series = new Map<string, SegmentSeries>();

  constructor({ memory, secretSeed }: EncoderData) {
    this.#memory = memory;
    this.#secretSeed = secretSeed === undefined ? undefined : new SecretSeed(secretSeed);
  }

  /** @param answer called for every few segments, in order, with the memory that can be given away with them */
  encode(request: EncodeRequest, answer: (responses: EncodeResponse[], given: ArrayBuffer[]) => void): void {
    const series = this.#seriesOf(request);
    for (let first = 0; first < request.ids.length; first += TOLD_TOGETHER) {
      const responses: EncodeResponse[] = [];
      const given: ArrayBuffer[] = [];
      for (const [i, id] of request.ids.slice(first, first + TOLD_TOGETHER).entries()) {
        const { [first + i]: index = 0 } = request.indices;
        const { [first + i]: number = NO_PIECE } = request.pieces;
        const piece = number === NO_PIECE ? undefined : pieceBytes(this.#memory, number);
        const messages = encodeMessages(series, index, piece);
        const { buffer } = messages.bytes;
        const memory = buffer instanceof ArrayBuffer ? new Uint8Array(buffer) : undefined;
        if (memory !== undefined) given.push(memory.buffer);
        responses.push({ id, sizeBytes: encodedSize(messages), memory });
      }
      answer(responses, given);
    }
  }

  #seriesOf({ name, framing }: EncodeRequest): SegmentSeries {
    const key = `${name} ${framing}`;
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    const series = segmentSeries(openStream(name, { secretSeed: this.#secretSeed }), framing);
    if (this.#series.size >= SERIES_KEPT) this.#series.clear();
    this.#series.set(key, series);
    return series;
  }
}
