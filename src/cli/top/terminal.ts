import { writeSync } from 'node:fs';
import { emitKeypressEvents } from 'node:readline';
import type { ReadStream, WriteStream } from 'node:tty';
import { printableLine } from '../../wording/printable.ts';
import { writerTo } from '../output/descriptor-writer.ts';
import type { Key } from './controls.ts';
import { Frames } from './frames.ts';
import type { ScreenSize } from './screen.ts';

const STDOUT = 1;
const ESC = '\u001b';
/** The other screen, which has no past; no cursor; and no line that goes on in the next one. */
const ENTER = `${ESC}[?1049h${ESC}[?25l${ESC}[?7l${ESC}[2J`;
/** All of it back, and no colour. */
const LEAVE = `${ESC}[0m${ESC}[?7h${ESC}[?25h${ESC}[?1049l`;
/** After so long an Esc is a key of its own, and not the beginning of another's. */
const ESCAPE_MS = 50;
const UNKNOWN_SIZE: ScreenSize = { columns: 80, rows: 24 };

export interface TerminalHooks {
  key(key: Key): void;
  /** What is drawn must be laid out again. */
  resized(): void;
  /** There is no terminal any more, and nobody said so by SIGHUP. */
  gone(): void;
}

/**
 * A whole terminal as a screen. Whatever way the process ends, but for SIGKILL, the terminal is as it was: its own screen, its
 * cursor, and lines that are typed as lines.
 */
export class Terminal {
  readonly #input: ReadStream;
  readonly #output: WriteStream;
  readonly #hooks: TerminalHooks;
  readonly #frames: Frames = new Frames(writerTo(STDOUT));
  #entered = false;
  readonly #atExit = (): void => this.#leaveAtOnce();
  readonly #onKey = (text: string | undefined, key: { name?: string; ctrl?: boolean }): void => {
    this.#hooks.key({ text, name: key.name, ctrl: key.ctrl ?? false });
  };

  constructor(input: ReadStream, output: WriteStream, hooks: TerminalHooks) {
    this.#input = input;
    this.#output = output;
    this.#hooks = hooks;
  }

  get size(): ScreenSize {
    const { columns, rows } = this.#output;
    return columns > 0 && rows > 0 ? { columns, rows } : UNKNOWN_SIZE;
  }

  /** Takes the terminal, until `leave`. */
  enter(): void {
    process.on('exit', this.#atExit);
    process.on('uncaughtExceptionMonitor', this.#atExit); // what it prints is for the terminal's own screen
    process.on('SIGTSTP', () => void this.#stop());
    process.on('SIGCONT', () => this.#resume());
    this.#output.on('resize', () => {
      this.#frames.forget();
      this.#hooks.resized();
    });
    if (this.#input.isTTY) {
      // Node takes the pause after an Esc from a reader of lines; there is none here.
      emitKeypressEvents(this.#input, { escapeCodeTimeout: ESCAPE_MS } as never);
      this.#input.on('keypress', this.#onKey);
      for (const end of ['end', 'error']) this.#input.on(end, () => this.#hooks.gone());
      this.#input.resume();
    }
    this.#take();
  }

  /** Gives the terminal back; resolves when it has taken that. */
  async leave(): Promise<void> {
    if (!this.#entered) return;
    this.#input.off('keypress', this.#onKey);
    this.#input.pause();
    await this.#frames.stop();
    this.#leaveAtOnce();
  }

  /**
   * Gives the terminal back, and stops until the shell lets the process go on. So does whatever the shell started with it, such as npx,
   * or the shell would wait for that.
   */
  async suspend(): Promise<void> {
    await this.#frames.stop();
    this.#leaveAtOnce();
    process.kill(0, 'SIGTSTP');
  }

  /** Shows these lines, from the top. */
  draw(lines: readonly string[]): void {
    if (this.#entered) this.#frames.show(lines.map(printableLine));
  }

  /** Draws all of it again with the next frame: something else may have written to the terminal. */
  forget(): void {
    this.#frames.forget();
  }

  async #stop(): Promise<void> {
    await this.#frames.stop();
    this.#leaveAtOnce();
    process.kill(process.pid, 'SIGSTOP');
  }

  #take(): void {
    this.#entered = true;
    this.#frames.forget();
    this.#setRaw(true);
    writeAtOnce(STDOUT, ENTER);
  }

  #leaveAtOnce(): void {
    if (!this.#entered) return;
    this.#entered = false;
    writeAtOnce(STDOUT, LEAVE);
    this.#setRaw(false);
  }

  /** After a stop the shell has had the terminal, and may have set it up in its own way. */
  #resume(): void {
    this.#setRaw(false); // Node would take it for raw already
    this.#take();
    this.#hooks.resized();
  }

  #setRaw(raw: boolean): void {
    try {
      if (this.#input.isTTY) this.#input.setRawMode(raw);
    } catch {
      // The terminal is gone.
    }
  }
}

/** A terminal takes so little at once, unless it is gone. */
function writeAtOnce(descriptor: number, text: string): void {
  try {
    writeSync(descriptor, text);
  } catch {
    // Nobody is left to see it.
  }
}
