/** A line longer than this comes from no Tidemark: some ten times what a second of 1,000 clients takes. */
const MOST_LINE_CHARACTERS = 8 * 1024 * 1024;

/** Cuts text that comes in pieces into lines. */
export class TextLines {
  #kept = '';

  /** @returns the lines that a piece completes, without their ends and without empty ones; undefined if one is too long */
  take(piece: string): readonly string[] | undefined {
    const lines = (this.#kept + piece).split('\n');
    this.#kept = lines.pop() ?? '';
    if (this.#kept.length > MOST_LINE_CHARACTERS) return undefined;
    return lines.map((line) => line.trimEnd()).filter((line) => line !== '');
  }
}
