import { LIMITS } from './limits.ts';
import type { Receipt } from './messages.ts';

/**
 * A receipt as nearly all are written: the members in this order, without spaces, numbers that no digit is lost of, and
 * nothing escaped. There are thousands a second, and as any JSON they take several times as long.
 */
const WHOLE = '(0|[1-9]\\d{0,14})';
const PLAIN = new RegExp(
  [
    '^\\u001e\\{"type":"receipt"',
    `"block":${WHOLE}`,
    `"from":${WHOLE}`,
    `"to":${WHOLE}`,
    `"count":${WHOLE}`,
    `"bytes":${WHOLE}`,
    '"elapsed_ms":((?:0|[1-9]\\d{0,8})(?:\\.\\d{1,6})?)',
    '"crc32":"([0-9a-f]{8})"',
    '"interrupted":(true|false)',
    '"text":"([ !#-[\\]-~]{0,1024})"\\}$',
  ].join(','),
);

/** As `encodeControl` has it. */
export function encodeReceipt(receipt: Receipt): string {
  const { block, from, to, count, bytes, elapsed_ms, crc32, interrupted, text } = receipt;
  const range = `"block":${block},"from":${from},"to":${to},"count":${count},"bytes":${bytes}`;
  const rest = `"elapsed_ms":${elapsed_ms},"crc32":"${crc32}","interrupted":${interrupted}`;
  return `\u001e{"type":"receipt",${range},${rest},"text":${JSON.stringify(text)}}`;
}

/** A receipt that is written plainly and breaks no limit; undefined for any other text, which is to be read as JSON. */
export function readPlainReceipt(text: string): Receipt | undefined {
  const found = PLAIN.exec(text);
  if (found === null) return undefined;
  const [, block, from, to, count, bytes, elapsed, crc32 = '', interrupted, sentence = ''] = found;
  const receipt: Receipt = {
    type: 'receipt',
    block: Number(block),
    from: Number(from),
    to: Number(to),
    count: Number(count),
    bytes: Number(bytes),
    elapsed_ms: Number(elapsed),
    crc32,
    interrupted: interrupted === 'true',
    text: sentence,
  };
  return withinLimits(receipt) ? receipt : undefined;
}

function withinLimits({ block, count, bytes }: Receipt): boolean {
  return block >= 1 && count >= 1 && count <= LIMITS.blockMessages && bytes <= LIMITS.blockBytes;
}
