import type { DescriptorWriter } from '../output/descriptor-writer.ts';

const ESC = '\u001b';
/** A terminal that knows these shows what is between them at once; others ignore them. */
const TOGETHER = [`${ESC}[?2026h`, `${ESC}[?2026l`] as const;
const RETRY_MS = 5;

/**
 * Writes lines to a terminal. A frame is one write of the lines that differ from those on the screen. While the terminal does not
 * take it, nothing waits for it but the latest lines.
 */
export class Frames {
  readonly #write: DescriptorWriter;
  /** What is on the screen; undefined if that is unknown. */
  #onScreen: readonly string[] | undefined;
  #next: readonly string[] | undefined;
  #isWriting = false;
  #written: Promise<void> = Promise.resolve();

  constructor(write: DescriptorWriter) {
    this.#write = write;
  }

  /** Shows these lines, from the top. */
  show(lines: readonly string[]): void {
    this.#next = lines;
    if (!this.#isWriting) this.#written = this.#writeFrames();
  }

  /** Forgets what is on the screen: the next frame is all of it. */
  forget(): void {
    this.#onScreen = undefined;
  }

  /** Resolves when nothing more will be written. */
  async stop(): Promise<void> {
    this.#next = undefined;
    await this.#written;
  }

  async #writeFrames(): Promise<void> {
    this.#isWriting = true;
    for (let lines = this.#next; lines !== undefined; lines = this.#next) {
      this.#next = undefined;
      const frame = frameOf(lines, this.#onScreen);
      this.#onScreen = lines;
      if (frame !== '') await this.#writeAll(Buffer.from(frame));
    }
    this.#isWriting = false;
  }

  #writeAll(bytes: Buffer): Promise<void> {
    return new Promise((resolve) => {
      const go = (rest: Buffer) =>
        this.#write(rest, (error, written) => {
          if (error?.code === 'EAGAIN') setTimeout(go, RETRY_MS, rest);
          else if (error === null && written < rest.length) go(rest.subarray(written));
          else resolve(); // a terminal that is gone takes nothing more
        });
      go(bytes);
    });
  }
}

/** What must be written so that lines are shown in place of others: only those that differ. */
function frameOf(lines: readonly string[], before: readonly string[] | undefined): string {
  const parts = before === undefined ? [`${ESC}[2J`] : [];
  for (let row = 0; row < Math.max(lines.length, before?.length ?? 0); row++) {
    const line = lines[row] ?? '';
    if (before !== undefined && line === (before[row] ?? '')) continue;
    if (before === undefined && line === '') continue;
    parts.push(`${ESC}[${row + 1};1H${line}${ESC}[K`);
  }
  return parts.length === 0 ? '' : `${TOGETHER[0]}${parts.join('')}${TOGETHER[1]}`;
}
