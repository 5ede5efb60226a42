/**
 * The encoder: runs a field program and writes a run of messages as ready-to-send WebSocket frames, with where each
 * begins and CRC-32s of them. What a program means is defined by src/stream/program/reference.ts, which this must equal byte for
 * byte. That of `users`, which has no parameters, is code, written by the build; others are words in its memory, whose
 * meaning is in src/stream/program/opcodes.ts.
 */
import { FIELD, FILL, NUMBERS, SEQ, TEXT } from '../src/stream/program/opcodes';
import { CHECKPOINT_MESSAGES } from '../src/stream/segment/checkpoint';
import { makeTables } from './crc32';
import { begin, gather, gathered } from './gathered-crc32';
import { numbers } from './numbers';
import { GAMMA, mix } from './random';
import { copy, decimal, fill, indexTexts, makePairs } from './text';
import { users, usersMaximumBytes, usersTextCount } from './users';

export { indexTexts, usersMaximumBytes, usersTextCount };

/** Makes the tables; called once. @returns the first address that is free */
export function prepare(): usize {
  makeTables();
  makePairs();
  return __heap_base;
}

/**
 * Encodes `count` messages from `firstSeq` on.
 *
 * @param words where the program's words are; not used for users
 * @param entries where the entries of the tables of users are; 0 for a program that has words
 * @param seedKey output 0 of the stream's seed
 * @param keys where the key of each message is, 64 bits each; 0 if they come from `seedKey`
 * @param text whether they are text: a text frame, and a newline behind each in the digest
 * @param framed whether to write frames; otherwise what the digest runs over: payloads, text with its newlines
 * @param index where to write two arrays of count + 1 32-bit integers: offsets in what is written, and payload bytes
 *   of all messages before each. If they are framed, the CRCs of all before each checkpoint and of all follow.
 * @param out where to write the messages
 * @returns the address behind them
 */
export function encode(
  words: usize, entries: usize, seedKey: u64, keys: usize, firstSeq: u64, count: i32, text: bool, framed: bool, index: usize, out: usize,
): usize {
  const row = ((count as usize) + 1) << 2;
  let frame = out;
  let payloadBytes: u32 = 0;
  let header: usize = framed ? 4 : 0;
  let checkpoint = index + 2 * row;
  store<u32>(index, 0);
  store<u32>(index + row, 0);
  begin(0);
  for (let i: usize = 0; i < (count as usize); i++) {
    const seq = firstSeq + i;
    let payload = frame + header;
    const key = keys == 0 ? mix(seedKey + (seq + 1) * GAMMA) : load<u64>(keys + (i << 3));
    const end = entries == 0 ? run(words, key, seq, payload) : users(entries, key, seq, payload);
    const size = end - payload;
    if (framed) {
      const needed = headerSize(size);
      if (needed != header) {
        memory.copy(frame + needed, payload, size);
        header = needed;
        payload = frame + needed;
      }
      writeHeader(frame, size, text);
      if (i % CHECKPOINT_MESSAGES == 0) {
        store<u32>(checkpoint, gathered());
        checkpoint += 4;
      }
    }
    store<u8>(payload + size, 10); // counts in the digest of a text; what follows goes over it, unless it is wanted
    const digestSize = size + (text as usize);
    if (framed) gather(payload, digestSize);
    frame = payload + (framed ? size : digestSize);
    payloadBytes += size as u32;
    const entry = index + ((i + 1) << 2);
    store<u32>(entry, (frame - out) as u32);
    store<u32>(entry + row, payloadBytes);
  }
  if (framed) store<u32>(checkpoint, gathered());
  return frame;
}

/** The CRC-32 of messages, as digested, in whole frames from `frames` to `end`, going on from `start`. */
export function digestFrames(frames: usize, end: usize, text: bool, start: u32): u32 {
  begin(start);
  let frame = frames;
  while (frame < end) {
    let size: usize = load<u8>(frame, 1);
    if (size == 126) size = bswap<u16>(load<u16>(frame, 2));
    else if (size == 127) size = bswap<u64>(load<u64>(frame, 2)) as usize;
    const payload = frame + headerSize(size);
    frame = payload + size;
    const behind = load<u8>(frame);
    store<u8>(frame, 10);
    gather(payload, size + (text as usize));
    store<u8>(frame, behind);
  }
  return gathered();
}

// @ts-ignore: decorator
@inline
function headerSize(size: usize): usize {
  return size < 126 ? 2 : size < 65536 ? 4 : 10;
}

/** RFC 6455, section 5.2: FIN and the opcode, then the length in one of three forms. */
// @ts-ignore: decorator
@inline
function writeHeader(frame: usize, size: usize, text: bool): void {
  store<u8>(frame, text ? 0x81 : 0x82);
  if (size < 126) {
    store<u8>(frame, size as u8, 1);
  } else if (size < 65536) {
    store<u8>(frame, 126, 1);
    store<u16>(frame, bswap<u16>(size as u16), 2);
  } else {
    store<u8>(frame, 127, 1);
    store<u64>(frame, bswap<u64>(size as u64), 2);
  }
}

/** Runs the program of these words for one message; @returns the address behind its payload. */
function run(words: usize, messageKey: u64, seq: u64, payload: usize): usize {
  let at = words;
  let out = payload;
  let state = messageKey; // draw k is mix(state + (k + 1) · γ): state moves on by γ a draw
  while (true) {
    switch (load<u32>(at)) {
      case TEXT: {
        out = copy(out, load<u32>(at, 4), load<u32>(at, 8));
        at += 12;
        break;
      }
      case SEQ: {
        out = decimal(out, seq);
        at += 4;
        break;
      }
      case FIELD: {
        state = mix(messageKey ^ load<u64>(at, 4));
        at += 12;
        break;
      }
      case NUMBERS: {
        const count = load<u32>(at, 40);
        out = numbers(
          out, load<u32>(at, 4), load<f64>(at, 8), load<f64>(at, 16) as u64, load<f64>(at, 24),
          load<u32>(at, 32), load<u32>(at, 36), count, state,
        );
        state += count * GAMMA;
        at += 44;
        break;
      }
      case FILL: {
        const from = out;
        out = fill(out, payload + load<u32>(at, 4), state);
        state += ((out - from + 9) / 10) * GAMMA;
        at += 8;
        break;
      }
      default: // END
        return out;
    }
  }
  return out;
}
