import {
  type Carriage,
  type Connection,
  type OpenListener,
  responseLink,
} from '../../src/carriage/connection.ts';
import type { WebSocketCarriage } from '../../src/carriage/websocket/websocket-carriage.ts';
import { MessageBatch } from '../../src/measure/message-batch.ts';
import type { HttpAnswer } from '../../src/server/request/http-answer.ts';
import type { Refusal } from '../../src/server/request/refusal.ts';
import type { Visit } from '../../src/server/request/visit.ts';
import { ABNORMAL_CLOSE, CLOSE } from '../../src/session/close-codes.ts';
import { LIMITS } from '../../src/session/limits.ts';
import type { Link as LinkAbilities } from '../../src/session/link.ts';
import type { OpenOutput } from '../../src/session/run/run-output.ts';
import type { Link } from './link.ts';
import type { SimulatedServer } from './simulated-server.ts';
import type { VirtualTime } from './virtual-time.ts';

/** A link as HTTP has it: messages go one way, and what the client says goes beside it, by requests. */
export const ONE_WAY: LinkAbilities = responseLink(true);

/** So long after too much was posted it is posted again. */
const RETRY_MS = 1000;
const MARK = '\u001e';

/** What becomes of a request. */
export interface Posting {
  readonly session: string;
  readonly body: string;
  answered(lines: string): void;
  refused(status: number, closeCode: number | undefined): void;
}

/** A request as a server sees it: its body is there. */
export function visitOf({ body, answered, refused }: Posting): Visit {
  const never = () => {
    throw new Error('it is no stream that is asked for');
  };
  return {
    request: { headers: { 'content-type': 'application/x-ndjson' } } as Visit['request'],
    readableBy: never,
    read: (_, taken) => taken(Buffer.from(body)),
    answer: (answer: HttpAnswer) => answered(answer.body?.text ?? ''),
    refuse: ({ status, closeCode }: Refusal) => refused(status, closeCode),
    accept: never,
  };
}

/** Opens connections whose way back is beside them. */
export class OneWayCarriage implements Carriage {
  readonly link: LinkAbilities = ONE_WAY;
  readonly #time: VirtualTime;
  readonly #server: SimulatedServer;
  readonly #dialler: WebSocketCarriage;
  readonly #linkOf: () => Link | undefined;
  #connection: OneWayConnection | undefined;

  /** @param linkOf the link that was dialled last */
  constructor(
    time: VirtualTime,
    server: SimulatedServer,
    dialler: WebSocketCarriage,
    linkOf: () => Link | undefined,
  ) {
    this.#time = time;
    this.#server = server;
    this.#dialler = dialler;
    this.#linkOf = linkOf;
  }

  open(request: Omit<OpenOutput, 'type'>, listener: OpenListener): Connection {
    const connection = new OneWayConnection(this.#time, this.#server, listener);
    this.#connection = connection;
    const end = this.#dialler.open(request, connection);
    connection.goOn(end, this.#linkOf());
    return connection;
  }

  /** As when its process is killed. */
  abandon(): void {
    this.#connection?.abandon();
  }
}

/** What comes over a link, and what is posted beside it, as one connection: it ends when both have. */
class OneWayConnection implements Connection, OpenListener {
  readonly #time: VirtualTime;
  readonly #server: SimulatedServer;
  readonly #listener: OpenListener;
  #end: Connection | undefined;
  #link: Link | undefined;
  #session = '';
  readonly #waiting: string[] = [];
  #underWay = false;
  /** How it is closed once nothing waits. */
  #ending: { readonly code: number; readonly reason: string } | undefined;
  #over = false;

  constructor(time: VirtualTime, server: SimulatedServer, listener: OpenListener) {
    this.#time = time;
    this.#server = server;
    this.#listener = listener;
  }

  goOn(end: Connection, link: Link | undefined): void {
    this.#end = end;
    this.#link = link;
  }

  abandon(): void {
    this.#over = true;
  }

  sendText(text: string): void {
    if (this.#over) return;
    this.#waiting.push(`${text.slice(MARK.length)}\n`);
    this.#time.after(0, () => this.#post());
  }

  sendBytes(): void {}

  ping(): void {}

  setReading(reading: boolean): void {
    this.#end?.setReading(reading);
  }

  close(code: number, reason: string): void {
    this.#ending ??= { code, reason };
    this.#time.after(0, () => this.#closeIfIdle());
  }

  terminate(): void {
    this.#time.after(0, () => this.#close(ABNORMAL_CLOSE, ''));
  }

  opened(speaks: boolean): void {
    this.#listener.opened(speaks);
  }

  failed(failure: Parameters<OpenListener['failed']>[0]): void {
    if (this.#over) return;
    this.#over = true;
    this.#listener.failed(failure);
  }

  messages(batch: MessageBatch): void {
    if (this.#over || this.#ending !== undefined) return;
    if (this.#session === '') {
      const welcome = Buffer.from(batch.payload(0)).toString().slice(MARK.length);
      this.#session = (JSON.parse(welcome) as { session: string }).session;
    }
    this.#listener.messages(batch);
  }

  heard(): void {
    if (!this.#over) this.#listener.heard();
  }

  closed(code: number, reason: string): void {
    if (this.#over) return;
    this.#ending ??= { code, reason };
    if (code === CLOSE.done) this.#closeIfIdle();
    else this.#close(this.#ending.code, this.#ending.reason);
  }

  #closeIfIdle(): void {
    if (this.#ending === undefined || this.#underWay || this.#waiting.length > 0) return;
    this.#close(this.#ending.code, this.#ending.reason);
  }

  #close(code: number, reason: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#end?.terminate();
    this.#listener.closed(code, reason, false);
  }

  #post(): void {
    if (this.#over || this.#underWay || this.#waiting.length === 0) return;
    this.#underWay = true;
    const count = this.#time.integer(1, LIMITS.waitingReceipts);
    this.#try(this.#waiting.splice(0, count).join(''));
  }

  #try(body: string): void {
    this.#travel('server', () => {
      if (!this.#server.up) return this.#travel('client', () => this.#close(ABNORMAL_CLOSE, 'refused'));
      this.#server.post({
        session: this.#session,
        body,
        answered: (lines) => this.#travel('client', () => this.#answered(lines)),
        refused: (status, closeCode) =>
          this.#travel('client', () => {
            if (status === 429) this.#time.after(RETRY_MS, () => this.#over || this.#try(body));
            else this.#close(closeCode ?? ABNORMAL_CLOSE, `answered with ${status}`);
          }),
      });
    });
  }

  #answered(lines: string): void {
    this.#underWay = false;
    for (const line of lines.split('\n').filter((each) => each !== '')) {
      this.#listener.messages(MessageBatch.of(Buffer.from(MARK + line), true));
      if (this.#over) return;
    }
    this.#post();
    this.#closeIfIdle();
  }

  /** A connection of its own takes as long as the link; where that is dark, nothing arrives. */
  #travel(to: 'client' | 'server', arrive: () => void): void {
    this.#time.after(this.#link?.takesMs ?? 0, () => {
      if (!this.#over && this.#link?.isDark(to) !== true) arrive();
    });
  }
}
