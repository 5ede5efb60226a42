import { systemHost } from '../../host/host.ts';
import type { ServerSession } from '../../session/conversation/server-session.ts';
import type { Counts } from '../clients/counts.ts';
import type { Occupants } from '../clients/occupants.ts';
import type { Departures, Presence } from '../clients/presence.ts';
import type { Rooms } from '../clients/rooms.ts';
import type { Session, Sessions } from '../clients/sessions.ts';
import type { StreamCounts } from '../clients/stream-counts.ts';
import type { StreamAdmission } from '../door/admission.ts';
import type { LeaveReason, ServerEvent } from '../options/server-event.ts';
import { type Arrived, presenceOf } from './presence-of.ts';
import type { StreamPumpHooks } from './stream-pump.ts';

/** The parts of the server that streams share with everything else. */
export interface StreamHooks {
  readonly rooms: Rooms;
  readonly occupants: Occupants;
  readonly sessions: Sessions;
  readonly departures: Departures;
  readonly counts: Counts;
  readonly tell: (event: ServerEvent) => void;
}

/** A client's stay with the server. When the client leaves, it gives back what the client held, and reports the leave. */
export class Stay implements StreamPumpHooks {
  readonly counts: StreamCounts;
  readonly #hooks: StreamHooks;
  readonly #admission: StreamAdmission;
  readonly #session: ServerSession;
  readonly #arrived: Arrived;
  readonly #wayBack: Session | undefined;

  /** @param wayBack the session that the client posts its receipts to, if it can't send them on the connection */
  constructor(
    hooks: StreamHooks,
    admission: StreamAdmission,
    session: ServerSession,
    arrived: Arrived,
    wayBack: Session | undefined,
  ) {
    this.counts = hooks.counts.entered(session.delivery.source.stream.name);
    this.#hooks = hooks;
    this.#admission = admission;
    this.#session = session;
    this.#arrived = arrived;
    this.#wayBack = wayBack;
  }

  get sinceMs(): number {
    return this.#arrived.sinceMs;
  }

  presence(): Presence {
    return presenceOf(this.#session, this.#arrived, systemHost.now());
  }

  tell(event: ServerEvent): void {
    this.#hooks.tell(event);
  }

  lingers(): void {
    this.#admission.lingers();
    if (this.#wayBack !== undefined) this.#hooks.sessions.linger(this.#wayBack);
  }

  left(reason: LeaveReason): void {
    const { rooms, occupants, sessions, departures } = this.#hooks;
    if (!occupants.leave(this.#admission)) return;
    this.counts.clients--;
    const now = new Date(systemHost.now().wallMs);
    departures.add({ ...this.presence(), reason, left: now.toISOString() });
    if (this.#wayBack !== undefined) sessions.close(this.#wayBack, reason);
    const { client } = this.#admission;
    const { blocks } = this.#session.conversation;
    const { messages } = this.#session.delivery;
    this.tell({ event: 'leave', client, reason, blocks, messages, clients: rooms.held });
  }
}
