import { jsonLine } from '../../wording/json-line.ts';
import { printable, printableLine } from '../../wording/printable.ts';
import { EXIT } from '../exit-code.ts';
import { colours } from './colours.ts';
import { complainOfOutput } from './complaint.ts';
import { LineWriter, type LineWriterHooks } from './line-writer.ts';

const STDOUT = 1;
const STDERR = 2;

/** An event, with its name as its first field. */
interface NamedEvent {
  readonly event: string;
}

/**
 * Where a command writes: events as NDJSON on stdout and text for people on stderr, or, without `--json`, text on
 * stdout. Writing never blocks the event loop.
 */
export class Output {
  readonly #text: LineWriter;
  readonly #events: LineWriter | undefined;
  readonly #copy: LineWriter | undefined;
  /** The last time stamp, which many events share. */
  #stampMs = Number.NaN;
  #stamp = '';

  /** @param options.eventsFile file descriptor that events are also written to */
  constructor(options: { json: boolean; eventsFile?: number | undefined; hooks?: LineWriterHooks }) {
    const { json, eventsFile, hooks = { broken: failAtExit } } = options;
    this.#text = new LineWriter(json ? STDERR : STDOUT, json ? {} : hooks);
    if (json) this.#events = new LineWriter(STDOUT, hooks);
    if (eventsFile !== undefined) this.#copy = new LineWriter(eventsFile, hooks);
  }

  /** Writes one or more lines for people. Text of others in them is already `printable`; only colours get through. */
  text(lines: string): void {
    for (const line of lines.split('\n')) this.#text.write(safe(line));
  }

  /** Writes a whole document as it is: its author has made the text of others in it safe. */
  document(text: string): void {
    this.#text.write(text.replace(/\r?\n$/, ''));
  }

  /** Writes an event for scripts; drops it if nobody asked for events. */
  event(event: NamedEvent, wallMs: number): void {
    if (this.#events !== undefined) this.#events.write(this.#stamped(event, wallMs));
  }

  /** Writes an event to the file alone; drops it if there is none. */
  copy(event: NamedEvent, wallMs: number): void {
    if (this.#copy !== undefined) this.#copy.write(this.#stamped(event, wallMs));
  }

  /** The width of the terminal that text for people goes to; undefined if there is none, or it does not say. */
  get columns(): number | undefined {
    return (this.#events === undefined ? process.stdout : process.stderr).columns || undefined;
  }

  /** Text for people that the terminal has not taken yet, in bytes. */
  get textBacklogBytes(): number {
    return this.#text.backlogBytes;
  }

  /** The same for events, in characters. */
  get eventsBacklogBytes(): number {
    return this.#events?.backlogBytes ?? 0;
  }

  /** The same for the file. */
  get copyBacklogBytes(): number {
    return this.#copy?.backlogBytes ?? 0;
  }

  /** Resolves when everything has been written, or can't be. */
  async flush(): Promise<void> {
    await Promise.all([this.#text.flush(), this.#events?.flush(), this.#copy?.flush()]);
  }

  /**
   * The event as a line, with `at` after its name. It is inserted into the text: copying the event would take longer.
   */
  #stamped(event: NamedEvent, wallMs: number): string {
    if (wallMs !== this.#stampMs) this.#stamp = new Date(wallMs).toISOString();
    this.#stampMs = wallMs;
    const line = jsonLine(event);
    const name = `{"event":"${event.event}"`;
    return `${name},"at":"${this.#stamp}"${line.slice(name.length)}`;
  }
}

const safe = colours.isColorSupported ? printableLine : printable;

/** A reader that has seen enough is no failure; a full disk is, however the command ends. */
function failAtExit(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') return;
  complainOfOutput(error);
  process.on('exit', () => {
    process.exitCode = EXIT.failure;
  });
}
