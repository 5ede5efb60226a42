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
  return formByMagic(head) ?? (text ? formOfText(new TextDecoder().decode(head)) : 'lines');
}

const MESSAGE_START = '{"seq":';
const LOG_START = '{"record":"';
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
