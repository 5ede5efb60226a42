import type { ServerEvent } from '../../server/options/server-event.ts';
import { plural } from '../../wording/figures.ts';
import { serverLine } from '../lines/server-lines.ts';
import { colours } from '../output/colours.ts';
import { FloodGate } from '../output/flood-gate.ts';

/** Where a server's console writes: see `Output`. */
export interface ConsoleOutput {
  text(line: string): void;
  event(event: { readonly event: string }, wallMs: number): void;
  copy(event: { readonly event: string }, wallMs: number): void;
  readonly textBacklogBytes: number;
  readonly eventsBacklogBytes: number;
  readonly copyBacklogBytes: number;
}

/**
 * Lines a second that a terminal is shown, of what clients say or are refused for, and of their coming and going; and
 * the text that may be waiting.
 */
export const SAID_PER_SECOND = 50;
export const COMINGS_PER_SECOND = 200;
export const TEXT_BACKLOG_BYTES = 65_536;
/**
 * The backlog of events at which joins and leaves are no longer written. At 8 MiB (`LineWriter`) no client is read
 * from, and then leaves go unnoticed; so these must stop earlier. What clients had said by then still comes.
 */
export const COMINGS_BACKLOG_BYTES: number = 4 * 1024 * 1024;
export const SAID_BACKLOG_BYTES: number = 32 * 1024 * 1024;

/**
 * Shows a server's events to people and scripts. If they are not read they do not pile up: what is not shown is
 * counted, and the count is shown as soon as there is room.
 */
export class ServerConsole {
  readonly #output: ConsoleOutput;
  readonly #said = new FloodGate(SAID_PER_SECOND);
  readonly #comings = new FloodGate(COMINGS_PER_SECOND);
  #unwrittenEvents = 0;
  #unwrittenCopies = 0;

  constructor(output: ConsoleOutput) {
    this.#output = output;
  }

  show(event: ServerEvent, wallMs: number): void {
    const kind = kindOf(event);
    const gate = kind === 'said' || event.event === 'refuse' ? this.#said : this.#comings;
    this.#tellUnwritten(wallMs);
    if (this.#hasRoom(kind, this.#output.eventsBacklogBytes)) this.#output.event(event, wallMs);
    else this.#unwrittenEvents++;
    if (event.event === 'message' || event.event === 'receipt') {
      if (this.#hasRoom(kind, this.#output.copyBacklogBytes)) this.#output.copy(event, wallMs);
      else this.#unwrittenCopies++;
    }
    if (!this.#admits(gate, kind, wallMs)) return;
    if (event.event === 'stopped') this.#tellHeldBack(); // there is no later
    const line = serverLine(event, wallMs);
    if (line !== undefined) this.#output.text(line);
  }

  /** Once a second, tells people how much they were not shown. */
  tick(wallMs: number): void {
    this.#tellUnwritten(wallMs);
    if (this.#output.textBacklogBytes <= TEXT_BACKLOG_BYTES) this.#tellHeldBack();
  }

  #tellHeldBack(): void {
    const lines = this.#said.takeHeldBack() + this.#comings.takeHeldBack();
    if (lines === 0) return;
    const hint = '(--json has all; --receipts what clients say)';
    this.#output.text(colours.dim(`  … and ${plural(lines, 'more line')} ${hint}`));
  }

  /** Tells scripts how many events were left out, once there is room. */
  #tellUnwritten(wallMs: number): void {
    const { eventsBacklogBytes, copyBacklogBytes } = this.#output;
    if (this.#unwrittenEvents > 0 && eventsBacklogBytes <= COMINGS_BACKLOG_BYTES / 2) {
      this.#output.event(notShown(this.#unwrittenEvents), wallMs);
      this.#unwrittenEvents = 0;
    }
    if (this.#unwrittenCopies > 0 && copyBacklogBytes <= COMINGS_BACKLOG_BYTES / 2) {
      this.#output.copy(notShown(this.#unwrittenCopies), wallMs);
      this.#unwrittenCopies = 0;
    }
  }

  /** Where some were left out, all are until there is room again: then how many is told in their place. */
  #hasRoom(kind: Kind, backlogBytes: number): boolean {
    if (kind === 'own') return true;
    if (kind === 'said') return backlogBytes <= SAID_BACKLOG_BYTES;
    return this.#unwrittenEvents === 0 && backlogBytes <= COMINGS_BACKLOG_BYTES;
  }

  #admits(gate: FloodGate, kind: Kind, wallMs: number): boolean {
    return kind === 'own' || gate.admits(wallMs, this.#output.textBacklogBytes <= TEXT_BACKLOG_BYTES);
  }
}

/** What a client sent; that one comes, goes or is refused, or that something is done to it; or the server's own life. */
type Kind = 'said' | 'coming' | 'own';

function kindOf({ event }: ServerEvent): Kind {
  if (event === 'message' || event === 'receipt') return 'said';
  return event === 'listening' || event === 'worker' || event === 'stopped' ? 'own' : 'coming';
}

/** Stands where events were left out. */
function notShown(events: number): { readonly event: 'not_shown'; readonly events: number } {
  return { event: 'not_shown', events };
}
