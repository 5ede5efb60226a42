import type { CheckedReceipts } from '../server/clients/counts.ts';
import type { LeaveEvent, ServerEvent } from '../server/options/server-event.ts';

interface BookEntry {
  readonly stream: string;
  /** Blocks verified. */
  blocks: number;
  /** Messages of blocks that were reported. */
  messages: number;
}

/** How many receipts of a kind of stream were right, and how many were not. */
type CheckedOfKind = { -readonly [Name in keyof CheckedReceipts]: CheckedReceipts[Name] };

/** What is known of one worker's clients by its events: enough to say what became of them if the worker dies. */
export class ClientBook {
  readonly #clients = new Map<string, BookEntry>();
  /** Receipts by kind of stream. */
  readonly #checked = new Map<string, CheckedOfKind>();

  get size(): number {
    return this.#clients.size;
  }

  note(event: ServerEvent): void {
    switch (event.event) {
      case 'join':
        this.#clients.set(event.client, { stream: event.stream, blocks: 0, messages: 0 });
        return;
      case 'leave':
        this.#clients.delete(event.client);
        return;
      case 'receipt': {
        const entry = this.#clients.get(event.client);
        if (entry === undefined) return;
        if (event.verified) entry.blocks++;
        entry.messages += event.count;
        const kind = entry.stream.split('?')[0] ?? '';
        const checked = this.#checked.get(kind) ?? { verified: 0, mismatched: 0 };
        if (event.verified) checked.verified++;
        else checked.mismatched++;
        this.#checked.set(kind, checked);
      }
    }
  }

  /** Receipts that were checked, by kind of stream. */
  get checked(): ReadonlyMap<string, CheckedReceipts> {
    return this.#checked;
  }

  /** The leaves of all clients, which went with their worker. What is told of their messages is what they reported. */
  leaves(): Omit<LeaveEvent, 'clients'>[] {
    return [...this.#clients].map(([client, { blocks, messages }]) => ({
      ...{ event: 'leave', client, reason: 'lost', blocks, messages },
    }));
  }
}
