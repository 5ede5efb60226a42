import { quoted } from '../wording/secrets.ts';
import { badOption } from '../wording/usage-error.ts';
import { PROGRAMS } from './kinds/kind-programs.ts';
import { ParameterReader } from './kinds/parameter-reader.ts';
import { STREAM_KINDS } from './kinds/stream-kinds.ts';
import { Encoder } from './program/encoder.ts';
import { seedKey } from './program/splitmix64.ts';
import type { SecretSeed } from './secret-seed.ts';
import type { EncodedMessages } from './segment/encoded-messages.ts';
import { checkFraming, digestedFraming, type Framing } from './segment/framing.ts';
import { sha256Hex } from './sha2.ts';
import { StreamError } from './stream-error.ts';

/** Counts the changes of the generator's output; the golden fingerprints are pinned to it. */
export const GENERATOR_VERSION = 1;

/** The version of the faker package whose tables `users` holds. A test compares it with theirs. */
export const FAKER_VERSION = '10.6.0';

/** The last seq that a stream has: 2^53 - 1. */
export const LAST_SEQ: number = Number.MAX_SAFE_INTEGER;

/** An endless stream of messages. Two streams of one id have the same bytes, anywhere and at any time. */
export interface Stream {
  /** The canonical name: the kind and every parameter, defaults filled in, as in `users?seed=7`. */
  readonly name: string;
  /** 16 hex digits, of the canonical name, the generator's version and faker's version. */
  readonly id: string;
  /** Whether messages are sent as text (UTF-8) or as binary. */
  readonly text: boolean;
  /** The payload of message `seq`, an integer in [0, 2^53 - 1]. */
  message(seq: number): Uint8Array;
  /** Whether bytes [start, end) are the payload of message `seq`. @default all of `bytes` */
  equals(seq: number, bytes: Uint8Array, start?: number, end?: number): boolean;
  /**
   * Messages [firstSeq, firstSeq + count), framed, all at once, which is much faster; 1 GiB at most.
   *
   * @param memory is overwritten with the messages if they fit. @default new memory
   * @throws StreamError if the messages are binary, and the framing has text alone
   */
  encode(firstSeq: number, count: number, framing: Framing, memory?: Uint8Array): EncodedMessages;
  /**
   * The same messages as they are digested (see `digestMessage`): text one a line, binary with nothing in between. No
   * CRCs.
   */
  digested(firstSeq: number, count: number): EncodedMessages;
  /** Extends a CRC-32 by messages [from, end) of those that `encode` returned, as digested. */
  digest(encoded: EncodedMessages, from: number, end: number, start: number): number;
}

let sharedEncoder: Encoder | undefined;

export interface StreamOptions {
  /** The seed of a name that has none, an integer from 0. @default 1 */
  readonly defaultSeed?: number | undefined;
  /** The seed of a name that has none, or names this one by its hash. `defaultSeed` is then ignored. */
  readonly secretSeed?: SecretSeed | undefined;
}

/**
 * Opens a stream by its name: a kind and, after `?`, parameters in URL query form, as in `arrays?shape=16,16`.
 *
 * @throws StreamError `unknown_stream`, `unknown_parameter` or `bad_parameter`; UsageError for a `defaultSeed` that is none
 */
export function openStream(name: string, options: StreamOptions = {}): Stream {
  const [kindText = '', query = ''] = splitOnce(name, '?');
  const kind = STREAM_KINDS.find((known) => known === kindText);
  if (kind === undefined) {
    const streams = STREAM_KINDS.join(', ');
    throw new StreamError('unknown_stream', `no stream ${quoted(kindText)}: the streams are ${streams}`);
  }
  const parameters = new ParameterReader(kind, new URLSearchParams(query));
  const program = PROGRAMS[kind](parameters);
  const { secretSeed, defaultSeed: fallback = 1 } = options;
  if (!Number.isSafeInteger(fallback) || fallback < 0) {
    throw badOption('defaultSeed', `an integer from 0 to ${Number.MAX_SAFE_INTEGER}`, String(fallback));
  }
  const seed = parameters.seed(secretSeed?.name, secretSeed?.name ?? fallback);
  const canonical = parameters.finish();
  const keys =
    typeof seed === 'number' ? seedKey(seed) : (seq: number) => secretSeed?.messageKey(canonical, seq) ?? 0n; // only its own name is a seed besides numbers
  const plain = (firstSeq: number, count: number, framing: Framing) => {
    checkRange(firstSeq, count);
    return encoder().encode(program, keys, firstSeq, count, framing, false);
  };
  return {
    name: canonical,
    id: streamId(canonical),
    text: program.text,
    message: (seq) => plain(seq, 1, 'payload').bytes,
    equals: (seq, bytes, start = 0, end = bytes.length) => {
      checkRange(seq, 1);
      return encoder().equals(program, keys, seq, bytes, start, end);
    },
    encode: (firstSeq, count, framing, memory) => {
      checkRange(firstSeq, count);
      checkFraming(framing, program.text);
      return encoder().encode(program, keys, firstSeq, count, framing, true, memory);
    },
    digested: (firstSeq, count) => plain(firstSeq, count, digestedFraming(program.text)),
    digest: (encoded, from, end, start) => encoder().digest(encoded, program.text, from, end, start),
  };
}

function encoder(): Encoder {
  sharedEncoder ??= new Encoder();
  return sharedEncoder;
}

function checkRange(firstSeq: number, count: number): void {
  if (!Number.isSafeInteger(firstSeq) || firstSeq < 0) {
    throw new RangeError(`seq must be an integer from 0 to ${LAST_SEQ}, got ${firstSeq}`);
  }
  const most = LAST_SEQ - firstSeq + 1;
  if (!Number.isSafeInteger(count) || count < 0 || count > most) {
    throw new RangeError(`count must be an integer from 0 to ${most} at seq ${firstSeq}, got ${count}`);
  }
}

function streamId(canonical: string): string {
  const parts = [canonical, `generator ${GENERATOR_VERSION}`, `faker ${FAKER_VERSION}`];
  return sha256Hex(parts.join('\n')).slice(0, 16);
}

function splitOnce(text: string, separator: string): string[] {
  const index = text.indexOf(separator);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + 1)];
}
