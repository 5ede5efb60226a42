import { parseDuration } from '../../wording/duration.ts';

/** When a fault happens on a connection. */
export type When =
  /** Repeatedly, after between half and one and a half times this long. */
  | { readonly kind: 'every'; readonly ms: number }
  /** At each data message with this probability. */
  | { readonly kind: 'share'; readonly share: number }
  /** Once: at this data message of this stream, both counted from 1 on. */
  | { readonly kind: 'at'; readonly message: number; readonly stream: number };

const SHORTEST_MS = 1;
const LONGEST_MS = 3_600_000;

/** `5s`, `1%`, `@100`, `@1/2`; undefined for anything else. */
export function parseWhen(text: string): When | undefined {
  const [, percent] = /^(\d+(?:\.\d+)?)%$/.exec(text) ?? [];
  if (percent !== undefined) {
    const share = Number(percent) / 100;
    return share > 0 && share <= 1 ? { kind: 'share', share } : undefined;
  }
  const duration = parseDuration(text);
  if (duration !== undefined) {
    const { ms } = duration;
    return ms >= SHORTEST_MS && ms <= LONGEST_MS ? { kind: 'every', ms } : undefined;
  }
  const [, messageText, streamText = '1'] = /^@([1-9]\d*)(?:\/([1-9]\d*))?$/.exec(text) ?? [];
  const [message, stream] = [Number(messageText), Number(streamText)];
  return Number.isSafeInteger(message) && Number.isSafeInteger(stream)
    ? { kind: 'at', message, stream }
    : undefined;
}
