import {
  FINAL,
  headBytesOf,
  lengthBytesOf,
  OPCODE,
  payloadBytesOf,
  SHORTEST_HEAD_BYTES,
} from '../../carriage/websocket/frame/frame.ts';
import { frameOf } from '../../carriage/websocket/frame/frame-writer.ts';
import type { MessageForm } from './message-form.ts';

const FINAL_TEXT = FINAL | OPCODE.text;
const FINAL_BINARY = FINAL | OPCODE.binary;
const CONTROL_MARK = 0x1e;

/** Frames of a WebSocket, as a server sends them. Control frames, fragments and Tidemark's control messages are no data messages. */
export const FRAMES_FORM: MessageForm = {
  pieceAt: (bytes, at) => {
    const leftBytes = bytes.length - at;
    const second = bytes[at + 1] ?? 0;
    if (leftBytes < SHORTEST_HEAD_BYTES || leftBytes < SHORTEST_HEAD_BYTES + lengthBytesOf(second))
      return undefined;
    const start = at + headBytesOf(second);
    const end = start + payloadBytesOf(bytes, at);
    if (end > bytes.length) return undefined;
    const first = bytes[at] ?? 0;
    const isControl = start < end && bytes[start] === CONTROL_MARK;
    const text = first === FINAL_TEXT;
    const isData = first === FINAL_BINARY || (text && !isControl);
    return { end, message: isData ? { start, end, text } : undefined };
  },
  withMessage: (frame, _, message) => frameOf(frame[0] ?? 0, message),
};
