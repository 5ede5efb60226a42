/** `12:31:05`, by the clock on the wall of whoever looks. */
export function clockText(ms: number): string {
  return CLOCK.format(ms);
}

/** `12:31`. */
export function minuteText(ms: number): string {
  return MINUTE.format(ms);
}

/** `12:31:05`, with the date if that is another one than today's. */
export function momentText(ms: number, nowMs: number): string {
  return DATE.format(ms) === DATE.format(nowMs) ? clockText(ms) : `${DATE.format(ms)}, ${clockText(ms)}`;
}

const TIME = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
const CLOCK = new Intl.DateTimeFormat('en-GB', { ...TIME, second: '2-digit' });
const MINUTE = new Intl.DateTimeFormat('en-GB', TIME);
const DATE = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });
