/** A child process that prints events as lines of JSON, as commands do with `--json`. */
import { Child, WAIT_MS } from './child.mjs';

/**
 * @typedef {{ event: string, seenMs: number, [field: string]: any }} SeenEvent an event, and when it was read on the
 *   monotonic clock, in milliseconds
 *
 * @typedef {import('./child.mjs').ChildOptions & { keep?: (event: SeenEvent) => boolean }} EventChildOptions `keep` says
 *   which events are kept; all by default
 */

export class EventChild extends Child {
  /** The events that were kept. @type {SeenEvent[]} */
  events = [];
  #keep;

  /**
   * @param {import('./scope.mjs').Scope} scope
   * @param {string} command
   * @param {readonly string[]} args
   * @param {EventChildOptions} [options]
   */
  constructor(scope, command, args, { keep = () => true, ...options } = {}) {
    super(scope, command, args, options);
    this.#keep = keep;
  }

  /**
   * Waits for the first event with this name that `matches` accepts, whether it has come or is yet to come.
   *
   * @param {string} name
   * @param {(event: SeenEvent) => boolean} [matches]
   * @param {number} [timeoutMs]
   */
  event(name, matches = () => true, timeoutMs = WAIT_MS) {
    let seen = 0;
    const next = () => {
      while (seen < this.events.length) {
        const event = this.events[seen++];
        if (event.event === name && matches(event)) return event;
      }
      return undefined;
    };
    return this.until(`event ${name}`, next, timeoutMs);
  }

  /** The `end` events of its clients. */
  ends() {
    return this.events.filter(({ event }) => event === 'end');
  }

  /** @override @param {string} line @param {import('./child.mjs').Output} output */
  hear(line, output) {
    const told = line.startsWith('{"event":') ? parsed(line) : undefined;
    if (told === undefined || told.event === 'end') super.hear(line, output);
    if (told === undefined) return;
    const event = { seenMs: performance.now(), ...told };
    if (this.#keep(event)) this.events.push(event);
  }
}

/** The last line of a process that was killed may be torn: it is no event. @param {string} line */
function parsed(line) {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
