/**
 * The encoder: runs a field program over tables in its memory and writes a run of messages as ready-to-send
 * WebSocket frames, with where each begins and CRC-32s of them. What a program means is defined by
 * src/stream/reference.ts, which this must equal byte for byte; what its words mean is in src/stream/opcodes.ts.
 */
import {
  CHOOSE, DATE, DIGITS, FIELD, FILL, FOLLOW, INTEGER, JUMP, NUMBERS, PICK, PICK_OF, REPEAT, SEQ, TEXT, UUID,
} from '../src/stream/opcodes';
import { CHECKPOINT_MESSAGES } from '../src/stream/checkpoint';
import { makeTables } from './crc32';
import { begin, gather, gathered } from './gathered-crc32';
import { numbers } from './numbers';
import { below, GAMMA, mix } from './random';
import { copy, decimal, digits, fill, isoDate, makePairs, uuid } from './text';

/** Makes the tables; called once. @returns the first address that is free */
export function prepare(): usize {
  makeTables();
  makePairs();
  return __heap_base;
}

/**
 * Encodes `count` messages from `firstSeq` on.
 *
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
  program: usize, seedKey: u64, keys: usize, firstSeq: u64, count: i32, text: bool, framed: bool, index: usize, out: usize,
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
    const end = run(program, key, seq, payload);
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

/** Runs the program for one message; @returns the address behind its payload. */
function run(program: usize, messageKey: u64, seq: u64, payload: usize): usize {
  let pc = program;
  let out = payload;
  let state = messageKey; // draw k is mix(state + (k + 1) · γ): state moves on by γ a draw
  while (true) {
    switch (load<u32>(pc)) {
      case TEXT: {
        out = copy(out, load<u32>(pc, 4), load<u32>(pc, 8));
        pc += 12;
        break;
      }
      case PICK: {
        state += GAMMA;
        const picked = below(mix(state), load<u32>(pc, 8)) as u32;
        store<u32>(load<u32>(pc, 12), picked);
        const entry = load<u32>(pc, 4) + (picked << 3);
        out = copy(copy(out, load<u32>(entry), load<u32>(entry, 4)), load<u32>(pc, 16), load<u32>(pc, 20));
        pc += 24;
        break;
      }
      case PICK_OF: {
        const table = pc + 24 + (load<u32>(load<u32>(pc, 4)) << 3);
        state += GAMMA;
        const picked = below(mix(state), load<u32>(table, 4)) as u32;
        store<u32>(load<u32>(pc, 8), picked);
        const entry = load<u32>(table) + (picked << 3);
        out = copy(copy(out, load<u32>(entry), load<u32>(entry, 4)), load<u32>(pc, 12), load<u32>(pc, 16));
        pc += load<u32>(pc, 20);
        break;
      }
      case REPEAT: {
        const entry = load<u32>(pc, 4) + (load<u32>(load<u32>(pc, 8)) << 3);
        out = copy(copy(out, load<u32>(entry), load<u32>(entry, 4)), load<u32>(pc, 12), load<u32>(pc, 16));
        pc += 20;
        break;
      }
      case FIELD: {
        state = mix(messageKey ^ load<u64>(pc, 4));
        pc += 12;
        break;
      }
      case CHOOSE: {
        state += GAMMA;
        const value = below(mix(state), load<u32>(pc, 8)) as u32;
        const branches = load<u32>(pc, 12) << 2;
        // No branch of ours depends on the draw: there is one for the processor to mispredict as it is.
        let branch: u32 = 0;
        for (let at: usize = 0; at < branches; at += 4) branch += (value >= load<u32>(pc + at, 16)) as u32;
        store<u32>(load<u32>(pc, 4), branch);
        pc += load<i32>(pc + branches + (branch << 2), 16);
        break;
      }
      case FOLLOW: {
        pc += load<i32>(pc + 8 + (load<u32>(load<u32>(pc, 4)) << 2));
        break;
      }
      case JUMP: {
        pc += load<i32>(pc, 4);
        break;
      }
      case DIGITS: {
        let pattern = load<u32>(pc, 4) as usize;
        const patterns = load<u32>(pc, 8);
        if (patterns > 1) {
          state += GAMMA;
          pattern += (below(mix(state), patterns) as usize) * 12;
        }
        out = digits(out, load<u32>(pattern), load<u32>(pattern, 4), state);
        out = copy(out, load<u32>(pc, 12), load<u32>(pc, 16));
        state += load<u32>(pattern, 8) * GAMMA;
        pc += 20;
        break;
      }
      case SEQ: {
        out = copy(decimal(out, seq), load<u32>(pc, 4), load<u32>(pc, 8));
        pc += 12;
        break;
      }
      case UUID: {
        const first = mix(state + GAMMA);
        state += 2 * GAMMA;
        out = copy(uuid(out, first, mix(state)), load<u32>(pc, 4), load<u32>(pc, 8));
        pc += 12;
        break;
      }
      case DATE: {
        state += GAMMA;
        out = isoDate(out, load<i32>(pc, 4) + (below(mix(state), load<u32>(pc, 8)) as i32));
        out = copy(out, load<u32>(pc, 12), load<u32>(pc, 16));
        pc += 20;
        break;
      }
      case INTEGER: {
        state += GAMMA;
        out = copy(decimal(out, below(mix(state), load<u64>(pc, 4))), load<u32>(pc, 12), load<u32>(pc, 16));
        pc += 20;
        break;
      }
      case NUMBERS: {
        const count = load<u32>(pc, 40);
        out = numbers(
          out, load<u32>(pc, 4), load<f64>(pc, 8), load<f64>(pc, 16) as u64, load<f64>(pc, 24),
          load<u32>(pc, 32), load<u32>(pc, 36), count, state,
        );
        state += count * GAMMA;
        pc += 44;
        break;
      }
      case FILL: {
        const from = out;
        out = fill(out, payload + load<u32>(pc, 4), state);
        state += ((out - from + 9) / 10) * GAMMA;
        pc += 8;
        break;
      }
      default: // END
        return out;
    }
  }
  return out;
}
