import type { ConnectionListener, FrameConnection } from '../../carriage/connection.ts';
import type { Alarm } from '../../host/alarm.ts';
import type { Host } from '../../host/host.ts';
import { CLOSE } from '../../session/close-codes.ts';
import { Heartbeat } from '../../session/heartbeat.ts';
import type { Occupant } from '../clients/occupants.ts';

/**
 * Returns every message to its sender as one frame, text as text and binary as binary, so that conformance suites can judge this
 * end of the connection. It has no queue: while the socket is full, nothing is read.
 */
export class Echo implements ConnectionListener, Occupant {
  readonly #connection: FrameConnection;
  readonly #left: () => void;
  readonly #heartbeat: Heartbeat;
  readonly #host: Host;
  readonly #alarm: Alarm;
  readonly #job = (): boolean => this.#beat();

  /** @param left is called once, when the connection has ended */
  constructor(connection: FrameConnection, host: Host, heartbeatMs: number, left: () => void) {
    this.#connection = connection;
    this.#host = host;
    this.#alarm = host.alarm(() => host.turns.add(this.#job, connection.turns));
    this.#left = left;
    this.#heartbeat = new Heartbeat(heartbeatMs, host.now().monotonicMs);
    this.#alarm.set(this.#heartbeat.wakeMs);
  }

  message(payload: Uint8Array, text: boolean): void {
    this.heard();
    this.#heartbeat.sent(payload.length);
    this.#connection.sendBytes(payload, text);
    if (this.#connection.takesFrames) return;
    this.#connection.setReading(false);
    this.#heartbeat.socketIs(true, this.#host.now().monotonicMs);
  }

  heard(): void {
    this.#heartbeat.heard(this.#host.now().monotonicMs);
  }

  answered(): void {
    this.#heartbeat.answered(this.#host.now().monotonicMs);
  }

  drained(): void {
    this.#heartbeat.socketIs(false, this.#host.now().monotonicMs);
    this.#connection.setReading(true);
  }

  closed(): void {
    this.#alarm.clear();
    this.#host.turns.remove(this.#job, this.#connection.turns);
    this.#left();
  }

  stop(): void {
    this.#connection.close(CLOSE.restarting, 'the server stops');
  }

  terminate(): void {
    this.#connection.terminate();
  }

  /** Nothing that it receives is reported, so there is nothing to hold back. */
  hold(): void {}

  /** @returns false: nothing more to do until the next alarm */
  #beat(): boolean {
    const beat = this.#heartbeat.check(this.#host.now().monotonicMs);
    if (beat === 'ping') this.#connection.ping();
    if (beat === 'dead') this.#connection.terminate();
    else this.#alarm.set(this.#heartbeat.wakeMs);
    return false;
  }
}
