import type { HttpPlatform } from '../../carriage/http/http-platform.ts';
import { EXIT } from '../exit-code.ts';
import { colours } from '../output/colours.ts';
import { durationText } from '../output/wording.ts';
import { type Controls, FIRST_CONTROLS, type Key, withKey } from './controls.ts';
import type { LiveAddress } from './live-address.ts';
import { seenLine } from './live-schema.ts';
import { type LiveView, NOTHING_SEEN, withLine } from './live-view.ts';
import { LiveWatch } from './live-watch.ts';
import { type Screen, screenOf, type WatchLink } from './screen.ts';
import { Terminal } from './terminal.ts';

/** Where what is shown comes from. */
export interface LiveSource {
  readonly address: LiveAddress;
  readonly platform: HttpPlatform;
}

/** How a screen ended. */
interface ScreenEnd {
  /** Why the server refuses to tell. */
  readonly refused?: string;
  readonly code: number;
}

/** How long it is told that an outage is over. */
const TOLD_MS = 10_000;

/** Brings together the server, the keys and the terminal: every line and every key makes a new screen. */
export class TopScreen {
  readonly #source: LiveSource;
  readonly #terminal: Terminal;
  readonly #watch: LiveWatch;
  #view: LiveView = NOTHING_SEEN;
  /** The view as it was when the user paused. */
  #frozen: LiveView | undefined;
  #link: WatchLink = { state: 'connecting' };
  #controls: Controls = FIRST_CONTROLS;
  #screen: Screen | undefined;
  /** When the connection was lost; undefined if there is one, or was none yet. */
  #lostMs: number | undefined;
  #toldUntilMs = 0;
  #end: (end: ScreenEnd) => void = () => {};

  constructor(source: LiveSource) {
    this.#source = source;
    this.#terminal = new Terminal(process.stdin, process.stdout, {
      key: (key) => this.#key(key),
      resized: () => this.#draw(),
      gone: () => this.stop(),
    });
    this.#watch = new LiveWatch(source.address, source.platform, {
      line: (json) => this.#line(json),
      connected: () => {},
      away: (reason) => this.#away(reason),
      refused: (reason) => this.#end({ refused: reason, code: EXIT.failure }),
    });
  }

  /** Resolves when the user has quit, or the server refuses; the terminal is as it was then. */
  async run(): Promise<ScreenEnd> {
    try {
      const ended = new Promise<ScreenEnd>((resolve) => {
        this.#end = resolve;
      });
      this.#terminal.enter();
      this.#draw();
      this.#watch.start();
      return await ended;
    } finally {
      this.#watch.stop();
      await this.#terminal.leave();
    }
  }

  stop(): void {
    this.#end({ code: EXIT.terminated });
  }

  #line(json: string): string | undefined {
    const line = seenLine(json);
    if (typeof line === 'string') return `the server sent ${line}`;
    const nowMs = performance.now();
    if (line.type === 'opening') {
      const restarted = this.#view.version !== '' && Date.parse(line.started) !== this.#view.startedMs;
      if (this.#lostMs !== undefined) {
        const told = `connected again after ${durationText(nowMs - this.#lostMs)}${restarted ? '; the server is another one, started anew' : ''}`;
        this.#toldUntilMs = nowMs + TOLD_MS;
        this.#link = { state: 'connected', told };
      } else this.#link = { state: 'connected' };
      this.#lostMs = undefined;
    } else if (nowMs > this.#toldUntilMs) this.#link = { state: 'connected' };
    this.#view = withLine(this.#view, line);
    this.#draw();
    return undefined;
  }

  #away(reason: string): void {
    if (this.#view !== NOTHING_SEEN) this.#lostMs ??= performance.now();
    this.#link = { state: 'away', reason };
    this.#draw();
  }

  #key(key: Key): void {
    const screen = this.#screen ?? { columns: [], page: 0, rows: 0 };
    const next = withKey(this.#controls, key, screen);
    switch (next) {
      case 'quit':
        return this.#end({ code: EXIT.ok });
      case 'interrupt':
        return this.#end({ code: EXIT.interrupted });
      case 'suspend':
        return void this.#terminal.suspend();
      case 'redraw':
        this.#terminal.forget();
        return this.#draw();
    }
    if (next.paused !== this.#controls.paused) this.#frozen = next.paused ? this.#view : undefined;
    this.#controls = next;
    this.#draw();
  }

  #draw(): void {
    const { shown: url } = this.#source.address;
    const shown = { url, view: this.#frozen ?? this.#view, link: this.#link };
    this.#screen = screenOf(shown, this.#controls, this.#terminal.size, colours);
    this.#terminal.draw(this.#screen.lines);
  }
}
