/** The framings of messages, as src/stream/segment/framing.ts defines them. */
import { EVENTS, LINES } from '../src/stream/segment/segment-layout';
import { decimal } from './text';

/** How much stands behind each payload: one newline or two. */
// @ts-ignore: decorator
@inline
export function bytesBehind(framing: i32): usize {
  return framing == EVENTS ? 2 : framing == LINES ? 1 : 0;
}

/** How long the header of a WebSocket frame is. */
// @ts-ignore: decorator
@inline
export function headerSize(payloadBytes: usize): usize {
  return payloadBytes < 126 ? 2 : payloadBytes < 65536 ? 4 : 10;
}

/** RFC 6455, section 5.2: FIN and the opcode, then the length in one of three forms. */
// @ts-ignore: decorator
@inline
export function writeHeader(frame: usize, payloadBytes: usize, text: bool): void {
  store<u8>(frame, text ? 0x81 : 0x82);
  if (payloadBytes < 126) {
    store<u8>(frame, payloadBytes as u8, 1);
  } else if (payloadBytes < 65536) {
    store<u8>(frame, 126, 1);
    store<u16>(frame, bswap<u16>(payloadBytes as u16), 2);
  } else {
    store<u8>(frame, 127, 1);
    store<u64>(frame, bswap<u64>(payloadBytes as u64), 2);
  }
}

/** `id: ` and `\ndata: `, as they lie in memory. */
const ID: u32 = 0x203a6469;
const DATA: u64 = 0x203a617461640a;
const ID_BYTES: usize = 4;
const DATA_BYTES: usize = 7;

/** What stands before the payload of an event; @returns the address behind it. A byte more is written over. */
// @ts-ignore: decorator
@inline
export function writeEventHead(event: usize, seq: u64): usize {
  store<u32>(event, ID);
  const data = decimal(event + ID_BYTES, seq);
  store<u64>(data, DATA);
  return data + DATA_BYTES;
}
