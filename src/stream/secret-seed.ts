import { hmacSha512, sha256Hex } from './sha2.ts';
import { StreamError } from './stream-error.ts';

/** Shorter ones could be guessed. */
const SHORTEST_BYTES = 16;
const LONGEST_BYTES = 4096;
const NAME_PREFIX = 'secret:';
/** Keys of 64 bits that one HMAC holds. */
const KEYS_A_MAC = 8;

/**
 * A seed that only the sender knows. A hash stands for it, by which two ends that have the seed recognise each other.
 * The key of each message is derived one-way (HMAC-SHA-512, RFC 2104), so that no message reveals anything about
 * another.
 */
export class SecretSeed {
  /** Its stand-in in a stream's name, as in `users?seed=secret:0123456789abcdef`. */
  readonly name: string;
  readonly #secret: Uint8Array;
  /** The last MAC: messages are mostly asked for in order. */
  #mac: { readonly text: string; readonly keys: DataView } | undefined;

  /** @throws StreamError unless it has 16 to 4,096 bytes; the message does not show them */
  constructor(secret: Uint8Array) {
    if (secret.length < SHORTEST_BYTES || secret.length > LONGEST_BYTES) {
      const expected = `a secret seed must have ${SHORTEST_BYTES} to ${LONGEST_BYTES} bytes`;
      throw new StreamError('bad_parameter', `${expected}, got ${secret.length}`);
    }
    this.#secret = new Uint8Array(secret);
    const hex = Array.from(this.#secret, (byte) => byte.toString(16).padStart(2, '0')).join('');
    this.name = `${NAME_PREFIX}${sha256Hex(`tidemark secret seed\n${hex}`).slice(0, 16)}`;
  }

  /** The key of one message of a stream, by the stream's canonical name. */
  messageKey(streamName: string, seq: number): bigint {
    const place = seq % KEYS_A_MAC;
    const text = `tidemark message keys\n${streamName}\n${(seq - place) / KEYS_A_MAC}`;
    if (this.#mac?.text !== text) {
      const { buffer, byteOffset } = hmacSha512(this.#secret, text);
      this.#mac = { text, keys: new DataView(buffer, byteOffset) };
    }
    return this.#mac.keys.getBigUint64(place * BigUint64Array.BYTES_PER_ELEMENT, true);
  }
}

/** Whether a seed in a stream's name stands for a secret one. */
export function namesSecretSeed(seed: string): boolean {
  return seed.startsWith(NAME_PREFIX);
}
