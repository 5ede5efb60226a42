import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { WebSocket } from 'ws';
import type { Over } from './witness.ts';

/** How a stream ended. */
export interface StreamEnd {
  /** Whether its carriage says that all has been sent. */
  readonly whole: boolean;
  /** The close code, where there is one. */
  readonly code?: number;
}

/** What a reader is told. */
export interface ReaderListener {
  /** A message came. */
  readonly seq?: (seq: number) => void;
  /** The last call. */
  readonly ended?: (end: StreamEnd) => void;
}

const ACCEPT = { lines: 'application/x-ndjson', events: 'text/event-stream' };
const SEQ = /^(?:data: )?\{"seq":(\d+)/;
const DONE = 1000;

/** A plain client that takes a stream over a carriage by what others have made: `ws`, and Node's HTTP. */
export class Reader {
  /** Once it has been let in, or not: then the stream has ended. */
  readonly opened: Promise<void>;
  readonly #listener: ReaderListener;
  #drop: () => void = () => {};

  /** @param url of WebSocket, which is that of HTTP but for its scheme; a certificate may be anybody's */
  constructor(over: Over, url: string, listener: ReaderListener) {
    this.#listener = listener;
    this.opened = new Promise((opened) => {
      if (over === 'websocket') this.#openSocket(url, opened);
      else this.#openResponse(url.replace(/^ws/, 'http'), ACCEPT[over], opened);
    });
  }

  /** Leaves, without a word. */
  drop(): void {
    this.#drop();
  }

  #openSocket(url: string, opened: () => void): void {
    const socket = new WebSocket(url, { rejectUnauthorized: false });
    socket.on('open', opened);
    socket.on('error', opened); // it is closed then
    socket.on('message', (message) => this.#take(String(message)));
    socket.on('close', (code) => this.#listener.ended?.({ whole: code === DONE, code }));
    this.#drop = () => socket.terminate();
  }

  #openResponse(url: string, accept: string, opened: () => void): void {
    const request = url.startsWith('https') ? requestHttps : requestHttp;
    const options = { headers: { Accept: accept }, agent: false as const, rejectUnauthorized: false };
    const asked = request(url, options, (response) => {
      opened();
      let rest = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) this.#take(line);
      });
      response.on('error', () => {});
      response.on('close', () => this.#listener.ended?.({ whole: response.complete }));
    });
    asked.on('error', () => {
      opened();
      this.#listener.ended?.({ whole: false });
    });
    asked.end();
    this.#drop = () => asked.destroy();
  }

  #take(text: string): void {
    const seq = SEQ.exec(text)?.[1];
    if (seq !== undefined) this.#listener.seq?.(Number(seq));
  }
}
