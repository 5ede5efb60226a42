import { clockText } from './clock-text.ts';
import type { View } from './view.ts';

/** `when last seen at 12:31:05`, where what is shown is of then; null while it is of now, and where nothing was seen. */
export function lastSeen({ state, link }: View): string | null {
  const last = state.history.at(-1);
  return link.is === 'live' || last === undefined ? null : `when last seen at ${clockText(last.at_ms)}`;
}
