import { rateOnWire } from '../../delivery/rate.ts';
import type { Instant } from '../../measure/instant.ts';
import type { ServerSession } from '../../session/conversation/server-session.ts';
import type { Presence } from '../clients/presence.ts';
import type { CarriageName } from '../options/server-event.ts';

/** What is known of a client beside its session: by what it came, from where, and when. */
export interface Arrived {
  readonly carriage: CarriageName;
  /** Address and port. */
  readonly remote: string;
  /** In milliseconds since 1970. */
  readonly sinceMs: number;
}

/** Reads off what a client is like now. */
export function presenceOf(
  { conversation, delivery }: ServerSession,
  { carriage, remote, sinceMs }: Arrived,
  now: Instant,
): Presence {
  const { blocks: verified, mismatched, waiting, lastBlockMs } = conversation;
  return {
    name: conversation.client,
    stream: delivery.source.stream.name,
    carriage,
    from: delivery.from,
    cursor: delivery.cursor,
    rate: rateOnWire(delivery.ratePerSecond),
    blocks: verified + mismatched + waiting,
    verified,
    mismatched,
    lag_ms: rounded(delivery.lagMs(now)),
    last_block_ms: lastBlockMs ?? null,
    late_ms: rounded(delivery.lateMs),
    address: remote,
    since: new Date(sinceMs).toISOString(),
  };
}

/** To the microsecond. */
function rounded(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.round(ms * 1000) / 1000;
}
