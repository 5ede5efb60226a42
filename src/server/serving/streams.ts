import type { ConnectionListener } from '../../carriage/connection.ts';
import { rateOnWire } from '../../delivery/rate.ts';
import { systemHost } from '../../host/host.ts';
import { CLOSE } from '../../session/close-codes.ts';
import { ServerSession } from '../../session/conversation/server-session.ts';
import { LIMITS } from '../../session/limits.ts';
import { SegmentCache } from '../../stream/segment/segment-cache.ts';
import { SegmentMemory } from '../../stream/segment/segment-memory.ts';
import { VERSION } from '../../version.ts';
import type { Names } from '../clients/names.ts';
import type { Occupants } from '../clients/occupants.ts';
import type { Sessions } from '../clients/sessions.ts';
import type { StreamAdmission } from '../door/admission.ts';
import { EncoderPool } from '../encoding/encoder-pool.ts';
import { ReadAhead } from '../encoding/read-ahead.ts';
import type { ServeSettings } from '../options/serve-options.ts';
import type { LeaveReason, ServerEvent } from '../options/server-event.ts';
import type { Passage } from '../request/passage.ts';
import { Newcomer } from './newcomer.ts';
import { StreamPump } from './stream-pump.ts';

/** The memory of all segments but those of large messages: 96 MiB, of which most servers use half. */
const MEMORY_PIECES = 768;

/** The parts of the server that streams share with everything else. */
export interface StreamHooks {
  readonly names: Names;
  readonly occupants: Occupants;
  readonly sessions: Sessions;
  readonly tell: (event: ServerEvent) => void;
}

/** Serves streams to admitted clients, each from newcomer to leaving, out of one cache of segments. */
export class Streams {
  readonly #memory = new SegmentMemory(MEMORY_PIECES);
  readonly #segments = new SegmentCache(LIMITS.segmentCacheBytes, this.#memory);
  readonly #encoders: EncoderPool;
  readonly #heartbeatMs: number;
  readonly #hooks: StreamHooks;

  constructor(
    { encoders, secretSeed, heartbeatMs }: Pick<ServeSettings, 'encoders' | 'secretSeed' | 'heartbeatMs'>,
    hooks: StreamHooks,
  ) {
    this.#encoders = new EncoderPool(encoders, this.#segments, this.#memory, secretSeed);
    this.#heartbeatMs = heartbeatMs;
    this.#hooks = hooks;
  }

  /** Takes in a connection, which is welcomed once it has its name. */
  accept(admission: StreamAdmission, passage: Passage): ConnectionListener {
    const { occupants } = this.#hooks;
    const waitMs = 2 * this.#heartbeatMs;
    const newcomer = new Newcomer(passage, systemHost, waitMs, () => occupants.leave(admission));
    occupants.enter(admission, newcomer);
    void this.#settle(admission, newcomer, passage);
    return newcomer;
  }

  close(): void {
    this.#encoders.close();
  }

  async #settle(admission: StreamAdmission, newcomer: Newcomer, passage: Passage): Promise<void> {
    const refusal = await admission.claim(newcomer);
    if (newcomer.gone) return;
    if (refusal === undefined) return this.#join(admission, newcomer, passage);
    const { occupants, tell } = this.#hooks;
    occupants.leave(admission);
    newcomer.become(passage.refuse(refusal, tell));
  }

  #join(admission: StreamAdmission, newcomer: Newcomer, passage: Passage): void {
    const { names, occupants, sessions, tell } = this.#hooks;
    const { client, token, plain, request, remote } = admission;
    const { connection, link, framing, carriage } = passage;
    const cached = this.#segments.source(request.stream, framing);
    const source = new ReadAhead(cached, this.#segments, this.#encoders);
    const wayBack = link.halfClose ? sessions.open() : undefined;
    const session = new ServerSession(
      {
        ...{ client, token, plain, link, request, source, session: wayBack?.id },
        ...{ heartbeatMs: this.#heartbeatMs, version: VERSION },
      },
      systemHost.now(),
    );
    const left = (reason: LeaveReason) => {
      if (!occupants.leave(admission)) return;
      if (wayBack !== undefined) sessions.close(wayBack, reason);
      const { blocks } = session.conversation;
      const { messages } = session.delivery;
      tell({ event: 'leave', client, reason, blocks, messages, clients: names.held });
    };
    const lingers = () => {
      if (wayBack !== undefined) sessions.linger(wayBack);
    };
    const pump = new StreamPump(session, connection, systemHost, this.#memory, { tell, left, lingers });
    wayBack?.belongTo(pump);
    source.whenArrived(() => pump.framesMade());
    occupants.enter(admission, pump);
    tell({
      event: 'join',
      client,
      stream: request.stream.name,
      from: session.delivery.from,
      rate: rateOnWire(request.ratePerSecond),
      remote,
      plain,
      carriage,
      clients: names.held,
    });
    const keepAliveMs = this.#heartbeatMs;
    passage.begin({ client, from: session.delivery.from, session: wayBack?.id, keepAliveMs });
    pump.start();
    newcomer.become(pump);
    admission.whenSuperseded(() => {
      pump.close(CLOSE.superseded, 'a later connection has taken over this name', 'superseded');
      left('superseded');
    });
  }
}
