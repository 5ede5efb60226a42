import type { ServerEvent } from '../options/server-event.ts';
import type { FeedLine, Happened, Mark } from './live-line.ts';

/** Of each second: more can't be read, nor seen apart. */
const MOST_LINES = 50;
const MOST_MARKS = 20;
/** Of all the time before. */
const MOST_OLD_MARKS = 200;
/** Clients may send much longer texts. */
const MOST_CHARACTERS = 500;

/** What events of the server say to who watches: the last that clients said, and what stands out. */
export class Happenings {
  readonly #nowMs: () => number;
  #feed: FeedLine[] = [];
  #said = 0;
  #marks: Mark[] = [];
  #oldFeed: readonly FeedLine[] = [];
  readonly #oldMarks: Mark[] = [];

  /** @param nowMs what time it is, in milliseconds since 1970 */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** The lines and marks up to the last second, the oldest first. */
  get before(): { readonly feed: readonly FeedLine[]; readonly marks: readonly Mark[] } {
    return { feed: this.#oldFeed, marks: [...this.#oldMarks] };
  }

  note(event: ServerEvent): void {
    switch (event.event) {
      case 'receipt':
        this.#say('receipt', event.client, event.text, event.verified);
        if (!event.verified)
          this.#mark('mismatch', event.client, `block ${event.block} is not what was sent`);
        return;
      case 'message':
        return this.#say('message', event.client, event.text, null);
      case 'join':
        if (event.resumed) this.#mark('resume', event.client, `goes on from ${event.from}`);
        return;
      case 'leave':
        if (event.reason === 'lost' || event.reason === 'silent')
          this.#mark('lost', event.client, event.reason);
        return;
      case 'fault':
        return this.#mark('fault', null, `${event.fault} on connection ${event.connection}`);
      case 'worker':
        if (event.state !== 'started') this.#mark('lost', null, `worker ${event.worker} is ${event.state}`);
        return;
      case 'listening':
        return this.#mark('started', null, 'the server was started');
      default:
    }
  }

  /** Returns what happened since the last call. */
  take(): Happened {
    const feed = this.#feed.slice(-MOST_LINES);
    const marks = this.#marks;
    const happened = { feed, feed_omitted: this.#said - feed.length, marks };
    this.#oldFeed = [...this.#oldFeed, ...feed].slice(-MOST_LINES);
    this.#oldMarks.push(...marks);
    this.#oldMarks.splice(0, this.#oldMarks.length - MOST_OLD_MARKS);
    this.#feed = [];
    this.#said = 0;
    this.#marks = [];
    return happened;
  }

  #say(kind: FeedLine['kind'], client: string, text: string, verified: boolean | null): void {
    this.#said++;
    const whole = text.length <= MOST_CHARACTERS;
    const shown = whole ? text : `${text.slice(0, MOST_CHARACTERS)}…`;
    this.#feed.push({ at_ms: this.#nowMs(), client, kind, text: shown, verified });
    if (this.#feed.length >= 2 * MOST_LINES) this.#feed.splice(0, MOST_LINES);
  }

  #mark(kind: Mark['kind'], client: string | null, text: string): void {
    if (this.#marks.length < MOST_MARKS) this.#marks.push({ at_ms: this.#nowMs(), kind, client, text });
  }
}
