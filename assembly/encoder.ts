/**
 * The encoder: runs a field program and writes a run of messages in the framing in which they are sent, with where each
 * begins and CRC-32s of them. What a program means is defined by src/stream/program/reference.ts, which this must equal byte for
 * byte. That of `users`, which has no parameters, is code, written by the build; others are words in its memory, whose
 * meaning is in src/stream/program/opcodes.ts.
 */
import { FIELD, FILL, NUMBERS, SEQ, TEXT } from '../src/stream/program/opcodes';
import { CHECKPOINT_MESSAGES, EVENTS, WEBSOCKET } from '../src/stream/segment/segment-layout';
import { makeTables } from './crc32';
import { bytesBehind, headerSize, writeEventHead, writeHeader } from './framing';
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
 * @param framing what is written before and behind each
 * @param digested whether the CRCs of all before each checkpoint and of all are wanted
 * @param index where to write two arrays of count + 1 32-bit integers: offsets in what is written, and payload bytes
 *   of all messages before each. The CRCs follow.
 * @param out where to write the messages
 * @returns the address behind them
 */
export function encode(
  words: usize, entries: usize, seedKey: u64, keys: usize, firstSeq: u64, count: i32, text: bool, framing: i32, digested: bool,
  index: usize, out: usize,
): usize {
  const row = ((count as usize) + 1) << 2;
  const behind = bytesBehind(framing);
  let frame = out;
  let payloadBytes: u32 = 0;
  let header: usize = framing == WEBSOCKET ? 4 : 0;
  let checkpoint = index + 2 * row;
  store<u32>(index, 0);
  store<u32>(index + row, 0);
  begin(0);
  for (let i: usize = 0; i < (count as usize); i++) {
    const seq = firstSeq + i;
    let payload = framing == EVENTS ? writeEventHead(frame, seq) : frame + header;
    const key = keys == 0 ? mix(seedKey + (seq + 1) * GAMMA) : load<u64>(keys + (i << 3));
    const end = entries == 0 ? run(words, key, seq, payload) : users(entries, key, seq, payload);
    const size = end - payload;
    if (framing == WEBSOCKET) {
      const needed = headerSize(size);
      if (needed != header) {
        memory.copy(frame + needed, payload, size);
        header = needed;
        payload = frame + needed;
      }
      writeHeader(frame, size, text);
    }
    store<u16>(payload + size, 0x0a0a); // one counts in the digest of a text; what follows goes over those that are not wanted
    if (digested) {
      if (i % CHECKPOINT_MESSAGES == 0) {
        store<u32>(checkpoint, gathered());
        checkpoint += 4;
      }
      gather(payload, size + (text as usize));
    }
    frame = payload + size + behind;
    payloadBytes += size as u32;
    const entry = index + ((i + 1) << 2);
    store<u32>(entry, (frame - out) as u32);
    store<u32>(entry + row, payloadBytes);
  }
  if (digested) store<u32>(checkpoint, gathered());
  return frame;
}

/**
 * The CRC-32 of encoded messages, as digested, going on from `start`.
 *
 * @param offsets where each begins, and the end, counted from anywhere
 * @param sizes the payload bytes of those before each, and of all, counted from anywhere
 * @param messages the first of them
 * @param behind how much stands behind each payload
 */
export function digest(
  offsets: usize, sizes: usize, count: i32, messages: usize, behind: usize, text: bool, start: u32,
): u32 {
  begin(start);
  const base = messages - load<u32>(offsets);
  for (let i: usize = 0; i < (count as usize); i++) {
    const entry = i << 2;
    const size: usize = load<u32>(sizes + entry, 4) - load<u32>(sizes + entry);
    const end = base + load<u32>(offsets + entry, 4) - behind;
    const after = load<u8>(end);
    store<u8>(end, 10);
    gather(end - size, size + (text as usize));
    store<u8>(end, after);
  }
  return gathered();
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
