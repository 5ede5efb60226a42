import {
  FINAL,
  headBytesOf,
  lengthBytesOf,
  OPCODE,
  payloadBytesOf,
  SHORTEST_HEAD_BYTES,
} from '../../carriage/websocket/frame/frame.ts';
import { frameOf } from '../../carriage/websocket/frame/frame-writer.ts';
import type { FaultSchedule } from './fault-schedule.ts';
import type { MessageFault, PlannedFault } from './fault-spec.ts';
import { cutEnd, flipBit } from './message-damage.ts';

/** What is to be done with what came: bytes to hand on, a fault to tell of, or one of the path's to begin. */
export type FaultStep =
  | { readonly step: 'bytes'; readonly bytes: Uint8Array }
  | { readonly step: 'told'; readonly fault: MessageFault; readonly message: number }
  | { readonly step: 'path'; readonly planned: PlannedFault; readonly message: number };

type FramePhase = 'head' | 'frames' | 'opaque';

const END_OF_HEAD = [13, 10, 13, 10];
const LONGEST_HEAD_BYTES = 65_536;
const FINAL_TEXT = FINAL | OPCODE.text;
const FINAL_BINARY = FINAL | OPCODE.binary;
const CONTROL_MARK = 0x1e;
const LARGEST_FRAME_BYTES = 16_777_216;

/**
 * The bytes of one connection from the server to the client, with faults in its data messages. The handshake, control
 * frames, fragmented messages and Tidemark's control messages pass unharmed; so do all bytes if there is no handshake
 * of a WebSocket, or if frames get too large.
 */
export class FaultyFrames {
  readonly #schedule: FaultSchedule;
  #phase: FramePhase = 'head';
  /** What has come of a frame that is not whole; there is room for more behind it. */
  #kept: Uint8Array = new Uint8Array(0);
  #keptBytes = 0;
  /** Of the head: how many bytes are known not to hold its end. */
  #searchedBytes = 0;
  #message = 0;
  #swapped: Uint8Array | undefined;

  constructor(schedule: FaultSchedule) {
    this.#schedule = schedule;
  }

  /** Whether a message waits for the next one, which is to overtake it. */
  get holdsMessage(): boolean {
    return this.#swapped !== undefined;
  }

  push(chunk: Uint8Array): FaultStep[] {
    const bytes = this.#append(chunk);
    const steps: FaultStep[] = [];
    let at = 0;
    for (let before = -1; at < bytes.length && at !== before; ) {
      before = at;
      at = this.#take(bytes, at, steps);
    }
    if (at > 0) bytes.copyWithin(0, at);
    this.#keptBytes = bytes.length - at;
    return steps;
  }

  /** The message that waits goes on, though none has overtaken it. */
  release(): Uint8Array | undefined {
    const swapped = this.#swapped;
    this.#swapped = undefined;
    return swapped;
  }

  /** What is left at the end. */
  finish(): Uint8Array {
    const swapped = this.release() ?? new Uint8Array(0);
    const last = new Uint8Array(swapped.length + this.#keptBytes);
    last.set(swapped);
    last.set(this.#kept.subarray(0, this.#keptBytes), swapped.length);
    return last;
  }

  #append(chunk: Uint8Array): Uint8Array {
    const sizeBytes = this.#keptBytes + chunk.length;
    if (sizeBytes > this.#kept.length) {
      const larger = new Uint8Array(Math.max(sizeBytes, 2 * this.#kept.length));
      larger.set(this.#kept.subarray(0, this.#keptBytes));
      this.#kept = larger;
    }
    this.#kept.set(chunk, this.#keptBytes);
    return this.#kept.subarray(0, sizeBytes);
  }

  /** @returns up to where the bytes are used */
  #take(bytes: Uint8Array, at: number, steps: FaultStep[]): number {
    if (this.#phase === 'opaque') return this.#pass(bytes, at, bytes.length, steps);
    if (this.#phase === 'head') return this.#takeHead(bytes, at, steps);
    const frame = frameAt(bytes, at);
    if (frame === undefined) return at;
    if (frame === 'too large') {
      this.#phase = 'opaque';
      this.#emitOvertaken(steps);
      return this.#pass(bytes, at, bytes.length, steps);
    }
    const { payload, end } = frame;
    const first = bytes[at] ?? 0;
    const isControl = payload < end && bytes[payload] === CONTROL_MARK;
    const isData = first === FINAL_BINARY || (first === FINAL_TEXT && !isControl);
    if (isData) this.#takeMessage(bytes.slice(at, end), payload - at, steps);
    else this.#pass(bytes, at, end, steps);
    return end;
  }

  #takeHead(bytes: Uint8Array, at: number, steps: FaultStep[]): number {
    const end = endOfHead(bytes, at, this.#searchedBytes);
    this.#searchedBytes = bytes.length - at;
    if (end === undefined && bytes.length - at < LONGEST_HEAD_BYTES) return at;
    const isHead = end !== undefined && end - at <= LONGEST_HEAD_BYTES;
    // What follows the head is no part of it, whether or not it has come.
    const status = new TextDecoder('latin1').decode(bytes.subarray(at, Math.min(at + 12, end ?? at)));
    this.#phase = isHead && status.endsWith(' 101') ? 'frames' : 'opaque';
    return this.#pass(bytes, at, end ?? bytes.length, steps);
  }

  #takeMessage(frame: Uint8Array, header: number, steps: FaultStep[]): void {
    const message = ++this.#message;
    const planned = this.#schedule.atMessage(message);
    const fault = planned?.fault;
    const emit = (bytes: Uint8Array) => steps.push({ step: 'bytes', bytes });
    const overtaken = this.release();
    if (planned !== undefined && !isMessageFault(planned.fault))
      steps.push({ step: 'path', planned, message });
    switch (fault) {
      case 'drop':
        break;
      case 'repeat':
        emit(frame);
        emit(frame);
        break;
      case 'swap':
        this.#swapped = frame;
        break;
      case 'flip':
      case 'truncate':
        emit(this.#damaged(frame, header, fault, message));
        break;
      default:
        emit(frame); // what becomes of it is the path's fault
        break;
    }
    if (overtaken !== undefined) emit(overtaken);
    if (fault !== undefined && isMessageFault(fault)) steps.push({ step: 'told', fault, message });
  }

  #damaged(frame: Uint8Array, header: number, fault: 'flip' | 'truncate', message: number): Uint8Array {
    const first = frame[0] ?? 0;
    const payload = frame.subarray(header);
    const text = first === FINAL_TEXT;
    const place = this.#schedule.detail(message, 0);
    if (fault === 'truncate') return frameOf(first, cutEnd(payload, text, place));
    return frameOf(first, flipBit(payload, text, place, this.#schedule.detail(message, 1)));
  }

  #emitOvertaken(steps: FaultStep[]): void {
    const overtaken = this.release();
    if (overtaken !== undefined) steps.push({ step: 'bytes', bytes: overtaken });
  }

  #pass(bytes: Uint8Array, at: number, end: number, steps: FaultStep[]): number {
    if (end > at) steps.push({ step: 'bytes', bytes: bytes.slice(at, end) });
    return end;
  }
}

function isMessageFault(fault: PlannedFault['fault']): fault is MessageFault {
  return (
    fault === 'drop' || fault === 'repeat' || fault === 'swap' || fault === 'flip' || fault === 'truncate'
  );
}

/** A whole frame as a server sends it: where its payload begins, and its end; undefined if more has to come. */
function frameAt(bytes: Uint8Array, at: number): { payload: number; end: number } | 'too large' | undefined {
  const leftBytes = bytes.length - at;
  const second = bytes[at + 1] ?? 0;
  if (leftBytes < SHORTEST_HEAD_BYTES || leftBytes < SHORTEST_HEAD_BYTES + lengthBytesOf(second))
    return undefined;
  const size = payloadBytesOf(bytes, at);
  if (size > LARGEST_FRAME_BYTES) return 'too large';
  const payload = at + headBytesOf(second);
  return payload + size > bytes.length ? undefined : { payload, end: payload + size };
}

function endOfHead(bytes: Uint8Array, at: number, searchedBytes: number): number | undefined {
  const [first = 0] = END_OF_HEAD;
  let index = at + Math.max(0, searchedBytes - END_OF_HEAD.length + 1);
  while (true) {
    index = bytes.indexOf(first, index);
    if (index < 0) return undefined;
    if (END_OF_HEAD.every((byte, offset) => bytes[index + offset] === byte))
      return index + END_OF_HEAD.length;
    index++;
  }
}
