import { SecretSeed } from '../../stream/secret-seed.ts';
import { encodedSize } from '../../stream/segment/encoded-messages.ts';
import type { Framing } from '../../stream/segment/framing.ts';
import { encodeMessages } from '../../stream/segment/segment.ts';
import { pieceBytes } from '../../stream/segment/segment-memory.ts';
import { type SegmentSeries, segmentSeries } from '../../stream/segment/segment-series.ts';
import { openStream } from '../../stream/stream.ts';

/** What a thread starts with. */
export interface EncoderData {
  /** The memory that all segments are put into. */
  readonly memory: SharedArrayBuffer;
  /** The server's secret seed. */
  readonly secretSeed: Uint8Array | undefined;
}

/** A request for segments of a stream, by its canonical name, in a framing. */
export interface EncodeRequest {
  readonly name: string;
  readonly framing: Framing;
  /** Identify the responses. */
  readonly ids: readonly number[];
  readonly indices: readonly number[];
  /** The number of the piece of memory to put each into, if it fits, or NO_PIECE. */
  readonly pieces: readonly number[];
}

export const NO_PIECE = -1;

export interface EncodeResponse {
  readonly id: number;
  /** The size of the segment, including its index. */
  readonly sizeBytes: number;
  /** The segment, if it is not in the piece that the request named. */
  readonly memory: Uint8Array<ArrayBuffer> | undefined;
}

const SERIES_KEPT = 100;
/** How many segments are answered at a time: waking the event loop for each one would cost both sides more. */
const TOLD_TOGETHER = 4;

/** Encodes the requested segments in order: the work of a thread. */
export class SegmentEncoder {
  readonly #memory: SharedArrayBuffer;
  readonly #secretSeed: SecretSeed | undefined;
  readonly #series = new Map<string, SegmentSeries>();

  constructor({ memory, secretSeed }: EncoderData) {
    this.#memory = memory;
    this.#secretSeed = secretSeed === undefined ? undefined : new SecretSeed(secretSeed);
  }

  /** @param answer called for every few segments, in order, with the memory to transfer */
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
