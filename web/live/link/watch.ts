import type { LiveLine } from '../../../src/server/live/live-line.ts';
import { readLiveLine } from '../state/live-line-reader.ts';
import { lostLink, type ServerLink, SILENCE_MS, waitMs } from '../state/server-link.ts';
import { TextLines } from '../state/text-lines.ts';
import type { ServerCalls } from './server-calls.ts';

/** Is told of everything. */
export interface LinkListener {
  line(line: LiveLine): void;
  link(link: ServerLink): void;
}

/** Reads `GET /live` for as long as the page is open, over one connection after another. */
export class Watch {
  readonly #calls: ServerCalls;
  readonly #listener: LinkListener;
  #link: ServerLink = { is: 'connecting' };
  #timer: ReturnType<typeof setTimeout> | undefined;
  #connection: AbortController | undefined;

  constructor(calls: ServerCalls, listener: LinkListener) {
    this.#calls = calls;
    this.#listener = listener;
  }

  /** Connects now, as at the beginning or with another token. */
  connect(): void {
    clearTimeout(this.#timer);
    this.#connection?.abort();
    const connection = new AbortController();
    this.#connection = connection;
    void this.#read(connection).then((end) => {
      if (this.#connection !== connection) return;
      clearTimeout(this.#timer);
      if (end === null || typeof end === 'string') this.#lost(end);
      else this.#is(end);
    });
  }

  /** @returns what the server answered in place of lines, or that it wants a token; null if it is gone */
  async #read(connection: AbortController): Promise<string | null | ServerLink> {
    try {
      this.#expect(connection);
      const response = await this.#calls.get('live', connection.signal);
      if (response.status === 401 || response.status === 403)
        return { is: 'refused', sentence: await this.#calls.sentence(response) };
      if (!response.ok || response.body === null) return await this.#calls.sentence(response);
      return await this.#readLines(connection, response.body);
    } catch {
      return null;
    }
  }

  async #readLines(connection: AbortController, body: ReadableStream<Uint8Array>): Promise<string | null> {
    const splitter = new TextLines();
    const decoder = new TextDecoder();
    const reader = body.getReader();
    try {
      for (;;) {
        this.#expect(connection);
        const { done, value } = await reader.read();
        if (done) return null;
        const lines = splitter.take(decoder.decode(value, { stream: true }));
        if (lines === undefined) return 'it sends a line that is too long';
        for (const text of lines) {
          const line = readLiveLine(text);
          if (typeof line === 'string') return line;
          if (this.#connection !== connection) return null;
          if (this.#link.is !== 'live') this.#is({ is: 'live' });
          this.#listener.line(line);
        }
      }
    } finally {
      void reader.cancel().catch(() => {});
    }
  }

  /** Gives up a connection that is silent. */
  #expect(connection: AbortController): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => connection.abort(), SILENCE_MS);
  }

  #lost(answer: string | null): void {
    const link = lostLink(this.#link, Date.now(), answer);
    this.#is(link);
    this.#timer = setTimeout(() => this.connect(), waitMs(link.attempts, Math.random()));
  }

  #is(link: ServerLink): void {
    this.#link = link;
    this.#listener.link(link);
  }
}
