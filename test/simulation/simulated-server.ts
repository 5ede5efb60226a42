import { type Holder, Roster } from '../../src/server/roster.ts';
import { CLOSE } from '../../src/session/close-codes.ts';
import type { ConversationOutput } from '../../src/session/conversation/conversation.ts';
import { ServerSession } from '../../src/session/conversation/server-session.ts';
import { parseStreamRequest } from '../../src/session/stream-request.ts';
import type { SegmentCache } from '../../src/stream/segment/segment-cache.ts';
import { WEBSOCKET_LINK } from '../../src/transport/connection.ts';
import type { Link, LinkEnd } from './link.ts';
import { VirtualAlarm, type VirtualTime } from './virtual-time.ts';

const TURN_BYTES = 65_536;

/** A server in virtual time: the real roster and sessions, and a pump as thin as can be. */
export class SimulatedServer {
  readonly #time: VirtualTime;
  readonly #segments: SegmentCache;
  readonly #heartbeatMs: number;
  readonly #pumps = new Set<SimulatedPump>();
  #roster = new Roster();
  #up = true;

  constructor(time: VirtualTime, segments: SegmentCache, heartbeatMs: number) {
    this.#time = time;
    this.#segments = segments;
    this.#heartbeatMs = heartbeatMs;
  }

  get up(): boolean {
    return this.#up;
  }

  /** As kill -9: all connections break, and nothing is remembered. */
  kill(): void {
    this.#up = false;
    for (const pump of this.#pumps) pump.vanish();
    this.#pumps.clear();
    this.#roster = new Roster();
  }

  /** As SIGTERM: all clients are told to come back. */
  stop(): void {
    this.#up = false;
    for (const pump of this.#pumps) pump.close(CLOSE.restarting);
    this.#roster = new Roster();
  }

  start(): void {
    this.#up = true;
  }

  /** A connection with this URL; false if its name is taken. */
  accept(url: string, link: Link): boolean {
    const { pathname, search } = new URL(url);
    const request = parseStreamRequest(pathname + search, { seed: 1, ratePerSecond: 10 });
    const { client = 'nameless', token = '', stream } = request;
    if (!this.#roster.admits(client, token)) return false;
    const session = new ServerSession(
      {
        client,
        token,
        plain: false,
        link: WEBSOCKET_LINK,
        request,
        source: this.#segments.source(stream),
        heartbeatMs: this.#heartbeatMs,
        version: 'simulated',
      },
      this.#time.now,
    );
    const pump = new SimulatedPump(this.#time, session, link, () => {
      this.#pumps.delete(pump);
      this.#roster.leave(client, holder);
    });
    const holder: Holder = { token, superseded: () => pump.close(CLOSE.superseded) };
    this.#roster.enter(client, holder);
    this.#pumps.add(pump);
    pump.start();
    return true;
  }
}

class SimulatedPump implements LinkEnd {
  readonly #time: VirtualTime;
  readonly #session: ServerSession;
  readonly #link: Link;
  readonly #left: () => void;
  readonly #alarm: VirtualAlarm;
  #blocked = false;
  #gone = false;

  constructor(time: VirtualTime, session: ServerSession, link: Link, left: () => void) {
    this.#time = time;
    this.#session = session;
    this.#link = link;
    this.#left = left;
    this.#alarm = new VirtualAlarm(time, () => this.#turn());
    link.attach('server', this);
  }

  start(): void {
    this.#perform(this.#session.conversation.start());
    this.#turn();
  }

  receive(content: string | Uint8Array): void {
    if (this.#gone) return;
    this.#perform(
      this.#session.conversation.receive(Buffer.from(content), typeof content === 'string', this.#time.now),
    );
    this.#turn();
  }

  heard(): void {
    this.#session.conversation.heard(this.#time.now);
  }

  answered(): void {
    this.#session.conversation.answered(this.#time.now);
  }

  drained(): void {
    this.#blocked = false;
    this.#session.conversation.socketIs(false, this.#time.now);
    this.#turn();
  }

  closed(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#left();
  }

  close(code: number): void {
    this.#link.close('server', code, '');
  }

  vanish(): void {
    this.#gone = true;
    this.#link.terminate('server');
  }

  #turn(): void {
    if (this.#gone) return;
    this.#perform(this.#session.conversation.wake(this.#time.now));
    while (!this.#blocked) {
      const taken = this.#session.take(this.#time.now, TURN_BYTES);
      if (taken === undefined) break;
      this.#blocked = !this.#link.writeFrames(taken.bytes);
    }
    this.#session.conversation.socketIs(this.#blocked, this.#time.now);
    while (this.#session.conversation.hasWork) this.#perform(this.#session.conversation.work());
    this.#alarm.set(this.#session.wakeMs(!this.#blocked));
  }

  #perform(outputs: readonly ConversationOutput[]): void {
    for (const output of outputs) {
      if (output.type === 'send') this.#link.sendText('server', output.text);
      if (output.type === 'ping') this.#link.ping('server');
      if (output.type === 'close') this.close(output.code);
      if (output.type === 'terminate') this.#link.terminate('server');
    }
  }
}
