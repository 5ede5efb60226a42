import type { ConnectionListener } from '../../carriage/connection.ts';
import { rateOnWire } from '../../delivery/rate.ts';
import { systemHost } from '../../host/host.ts';
import { ServerSession } from '../../session/conversation/server-session.ts';
import { LIMITS } from '../../session/limits.ts';
import type { Link } from '../../session/link.ts';
import { SegmentCache } from '../../stream/segment/segment-cache.ts';
import { SegmentMemory } from '../../stream/segment/segment-memory.ts';
import { VERSION } from '../../version.ts';
import type { StreamGuest } from '../door/admission.ts';
import { EncoderPool } from '../encoding/encoder-pool.ts';
import { ReadAhead } from '../encoding/read-ahead.ts';
import type { ServeSettings } from '../options/serve-options.ts';
import type { Passage } from '../request/passage.ts';
import { Newcomer } from './newcomer.ts';
import { Stay, type StreamHooks } from './stay.ts';
import { StreamPump } from './stream-pump.ts';

/** The memory of all segments but those of large messages: 96 MiB, of which most servers use half. */
const MEMORY_PIECES = 768;

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
  accept(guest: StreamGuest, passage: Passage): ConnectionListener {
    const { occupants } = this.#hooks;
    const { admission } = guest;
    const waitMs = 2 * this.#heartbeatMs;
    const newcomer = new Newcomer(passage, systemHost, waitMs, () => occupants.leave(admission));
    occupants.enter(admission, newcomer);
    void this.#settle(guest, newcomer, passage);
    return newcomer;
  }

  /** What is kept of messages, and how often it was of use. */
  get cache(): SegmentCache {
    return this.#segments;
  }

  close(): void {
    this.#encoders.close();
  }

  async #settle(guest: StreamGuest, newcomer: Newcomer, passage: Passage): Promise<void> {
    const { admission } = guest;
    const refusal = await admission.claim(newcomer);
    if (newcomer.gone) return;
    if (refusal === undefined) return this.#join(guest, newcomer, passage);
    const { occupants, counts, tell } = this.#hooks;
    counts.refused(refusal.status);
    occupants.leave(admission);
    newcomer.become(passage.refuse(refusal, tell));
  }

  #join(guest: StreamGuest, newcomer: Newcomer, passage: Passage): void {
    const { admission } = guest;
    const { occupants, sessions, counts } = this.#hooks;
    counts.joined(passage.carriage, guest.resumes);
    const { client } = admission;
    const series = this.#segments.series(guest.request.stream, passage.framing);
    const source = new ReadAhead(series, this.#segments, this.#encoders);
    const wayBack = passage.link.halfClose ? sessions.open() : undefined;
    const session = this.#session(guest, passage.link, source, wayBack?.id);
    const { from } = session.delivery;
    const { carriage } = passage;
    const arrived = { carriage, remote: guest.remote, sinceMs: systemHost.now().wallMs };
    const stay = new Stay(this.#hooks, admission, session, arrived, wayBack);
    const pump = new StreamPump(session, passage.connection, systemHost, this.#memory, stay);
    wayBack?.belongTo(pump);
    source.belongTo(pump);
    occupants.enter(admission, pump);
    this.#tellJoined(guest, passage, from);
    passage.begin({ stream: { client, from, session: wayBack?.id }, keepAliveMs: this.#heartbeatMs });
    pump.start();
    newcomer.become(pump);
    admission.belongTo(pump);
  }

  #session(
    { request, plain, admission }: StreamGuest,
    link: Link,
    source: ReadAhead,
    session: string | undefined,
  ): ServerSession {
    const { client, token } = admission;
    return new ServerSession(
      {
        ...{ client, token, plain, link, request, source, session },
        ...{ heartbeatMs: this.#heartbeatMs, version: VERSION },
      },
      systemHost.now(),
    );
  }

  #tellJoined(
    { request, plain, remote, resumes, admission }: StreamGuest,
    { carriage }: Passage,
    from: number,
  ): void {
    const { rooms, tell } = this.#hooks;
    tell({
      event: 'join',
      client: admission.client,
      stream: request.stream.name,
      from,
      resumed: resumes,
      rate: rateOnWire(request.ratePerSecond),
      remote,
      plain,
      carriage,
      clients: rooms.held,
    });
  }
}
