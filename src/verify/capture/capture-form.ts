import type { CaptureFraming, UnreadableForm } from './form.ts';
import { formByMagic } from './magic-numbers.ts';
import { isNpy } from './npy-messages.ts';
import { formOfText } from './text-form.ts';

/** As much of a capture as is looked at, at least. */
const HEAD_BYTES = 65_536;
const MESSAGES = 3;

/** How much of a capture tells its form, for messages of so many bytes. */
export function headBytes(messageBytes: number): number {
  return Math.max(HEAD_BYTES, MESSAGES * messageBytes);
}

/**
 * Tells the form of a capture by its beginning. Where a relay has done harm it is still a capture in lines: only what
 * is so for most of the lines is a form.
 *
 * @param head `headBytes` of it, or all there is
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
/** Characters of a text of which one at most is a control, or was no UTF-8. */
const CHARACTERS_EACH = 10;

/** Whether bytes, decoded, are no text in any encoding that is like ASCII, as a program, a picture or what is encrypted is. */
function isNoText(decoded: string): boolean {
  const strange = decoded.match(/[\u0000-\u0008\u000b\u000c\u000e-\u001d\u001f\u007f\ufffd]/g)?.length ?? 0;
  return strange * CHARACTERS_EACH > decoded.length;
}

const MESSAGE_START = '{"seq":';
const LOG_START = '{"record":"';
/** Where one of them stands, harm was done to a capture; the last is in the midst of a `.npy` file's magic number. */
const MESSAGES_BEGIN = ['"seq":', '"record":', 'NUMPY'];
const LONGEST_START_BYTES = 16;

/**
 * Whether a capture is surely in lines, which a good one shows early: no more of it has to be awaited then.
 *
 * @param head its beginning, cut anywhere
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
