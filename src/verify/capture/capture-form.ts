import type { CaptureFraming, UnreadableForm } from './form.ts';
import { formByMagic } from './magic-numbers.ts';
import { isNpy } from './npy-messages.ts';
import { formOfText } from './text-form.ts';

/** The least of a capture that is inspected, if it has as much. */
const HEAD_BYTES = 65_536;
const MESSAGES = 3;

/** How much of a capture decides its form, by the size of its messages. */
export function headBytes(messageBytes: number): number {
  return Math.max(HEAD_BYTES, MESSAGES * messageBytes);
}

/**
 * Decides the form of a capture by its beginning. A form must hold for most lines: if only some are wrong, the capture
 * is one in lines, and a relay has done damage.
 *
 * @param head the first `headBytes` bytes, or all there are
 * @param text whether messages are text
 */
export function captureForm(head: Uint8Array, text: boolean): CaptureFraming | UnreadableForm {
  if (!text && isNpy(head)) return 'concatenated';
  const form = formByMagic(head);
  if (form !== undefined) return form;
  const decoded = new TextDecoder().decode(head);
  if (isNoText(decoded) && !MESSAGES_BEGIN.some((start) => decoded.includes(start))) return NO_TEXT;
  return text ? formOfText(decoded) : 'lines';
}

const NO_TEXT: UnreadableForm = { what: 'no text', remedy: 'take the messages out of it first, one a line' };
/** In text, at most one of so many characters is a control or was not UTF-8. */
const CHARACTERS_EACH = 10;

/** Whether decoded bytes are not text in any ASCII-like encoding: a program, a picture, encrypted data. */
function isNoText(decoded: string): boolean {
  const strange = decoded.match(/[\u0000-\u0008\u000b\u000c\u000e-\u001d\u001f\u007f\ufffd]/g)?.length ?? 0;
  return strange * CHARACTERS_EACH > decoded.length;
}

const MESSAGE_START = '{"seq":';
const LOG_START = '{"record":"';
/**
 * If one of these is there, messages are, and the capture is damaged; the last is in the middle of a `.npy` file's
 * magic number.
 */
const MESSAGES_BEGIN = ['"seq":', '"record":', 'NUMPY'];
const LONGEST_START_BYTES = 16;

/**
 * Whether a capture is certainly in lines. A good one shows that early, and nothing more has to be awaited.
 *
 * @param head its beginning, split anywhere
 */
export function isSurelyLines(head: Uint8Array): boolean {
  const start = new TextDecoder().decode(head.subarray(0, LONGEST_START_BYTES));
  if (start.startsWith(LOG_START)) return true;
  if (!start.startsWith(MESSAGE_START)) return false;
  const end = head.indexOf(NEWLINE);
  if (end < 0) return false;
  const line = new TextDecoder().decode(head.subarray(0, end));
  return /\}\r?$/.test(line) && !line.includes(`}${MESSAGE_START}`);
}

const NEWLINE = 0x0a;
