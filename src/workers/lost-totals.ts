import type { CheckedReceipts } from '../server/clients/counts.ts';
import { type KindFigures, type ServerTotals, sumOfTotals } from '../server/cluster/measured.ts';
import type { ClientBook } from './client-book.ts';

/**
 * What workers counted that are gone: so that a sum over all workers never becomes less, which a monitor would take for a restart. Of
 * receipts it is exact, by their events; of all else it is what a worker said when somebody last asked.
 */
export class LostTotals {
  readonly #said = new Map<ClientBook, ServerTotals>();
  #lost: ServerTotals | undefined;
  readonly #checked = { verified: 0, mismatched: 0 };

  /** Notes what a worker says of itself. */
  said(book: ClientBook, totals: ServerTotals): void {
    this.#said.set(book, totals);
  }

  /** Keeps what a worker counted that has died. */
  lose(book: ClientBook): void {
    const said = this.#said.get(book);
    this.#said.delete(book);
    for (const { verified, mismatched } of book.checked.values()) {
      this.#checked.verified += verified;
      this.#checked.mismatched += mismatched;
    }
    if (said === undefined) return;
    const kept = { ...said, clients: 0, cache: { ...said.cache, sizeBytes: 0 }, kinds: kindsOf(said, book) };
    this.#lost = this.#lost === undefined ? kept : sumOfTotals([this.#lost, kept]);
  }

  get receipts(): CheckedReceipts {
    return this.#checked;
  }

  /** @param zero what is said while nothing is lost */
  totals(zero: ServerTotals): ServerTotals {
    return this.#lost === undefined ? zero : sumOfTotals([zero, this.#lost]);
  }
}

function kindsOf(said: ServerTotals, book: ClientBook): Record<string, KindFigures> {
  const kinds = Object.entries(said.kinds).map(([kind, figures]) => {
    const { verified, mismatched } = book.checked.get(kind) ?? figures;
    return [kind, { ...figures, verified, mismatched }] as const;
  });
  return Object.fromEntries(kinds);
}
