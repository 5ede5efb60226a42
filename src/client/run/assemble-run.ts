import type { Carriage } from '../../carriage/connection.ts';
import type { FinishedBlock } from '../../measure/finished-block.ts';
import type { LocalCheck } from '../../session/run/local-check.ts';
import type { ResumePoint, RunProgress } from '../../session/run/resume-point.ts';
import { Run } from '../../session/run/run.ts';
import type { ConnectedSource } from '../../session/run/run-output.ts';
import type { Timing } from '../../session/run/untimed.ts';
import type { BlockQueue } from './block-queue.ts';
import type { ClientEvent, StartEvent } from './client-event.ts';
import type { ClientRun } from './client-run.ts';
import { driveRun } from './drive-run.ts';
import type { RunOptions } from './run-options.ts';
import { type RunClock, RunPump } from './run-pump.ts';
import type { RunSetup } from './run-setup.ts';

/** What a later process needs to know behind a block. */
interface StoredProgress extends RunProgress {
  /** Where a server that does not speak Tidemark resumes; empty or undefined if it has not said. */
  readonly lastEventId: string | undefined;
}

/** Where a run's blocks are kept, and with them its cursor. Each may throw a LogError. */
export interface RunStore {
  /** Messages can arrive for the first time. */
  begin(source: ConnectedSource): void;
  /** Called before the block's receipt is sent. */
  add(block: FinishedBlock, progress: StoredProgress): void;
  /** What is wrong with what is stored; undefined if nothing is. */
  fault(): string | undefined;
  close(): void;
}

/** What a run is made of on its platform. */
export interface RunParts {
  readonly setup: RunSetup;
  readonly options: RunOptions;
  readonly carriage: Carriage;
  readonly host: RunClock;
  readonly check?: LocalCheck | undefined;
  readonly timing?: Timing | undefined;
  /** What an earlier process has stored. */
  readonly point?: ResumePoint | undefined;
  /** @default nowhere: the run's cursor is gone with it */
  readonly store?: RunStore | undefined;
  /** What the `start` event says of the store. */
  readonly stored?: StoredFacts;
}

type StoredFacts = Pick<StartEvent, 'log' | 'resume_from' | 'first_url' | 'fsync'>;

const NOT_STORED: StoredFacts = { log: null, resume_from: null, first_url: null, fsync: 'none' };

/** Puts a run together. It does nothing until it begins. */
export function assembleRun(parts: RunParts): ClientRun {
  const { setup, options, carriage, host, check, timing, point, store, stored = NOT_STORED } = parts;
  const { client, urls, addresses, block, count, plain, heartbeatMs, end } = setup;
  const [url = '', ...others] = urls;
  const { onBlock, onEvent } = options;
  // Of several servers it is said which a connection is to.
  const isOfOne = ({ event }: ClientEvent) => others.length > 0 && /connected|resumed/.test(event);
  const tell =
    onEvent &&
    ((event: ClientEvent) =>
      onEvent(isOfOne(event) ? ({ ...event, url: urls[addresses.dialled] } as ClientEvent) : event));
  let queue: BlockQueue | undefined;
  const session = new Run({
    client,
    link: carriage.link,
    blockSize: block,
    count,
    plain,
    heartbeatMs,
    random: Math.random,
    addresses: addresses.size,
    resume: point,
    secrets: setup.secrets,
    check,
    timing,
    storeFault: () => store?.fault(),
    arrived: options.onMessages,
    listenOnly: options.listenOnly ?? false,
    ignoreForeign: options.ignoreForeign ?? false,
    from: options.from,
    ...end,
    keep: () => store !== undefined || onBlock !== undefined || (queue?.isOpen ?? false),
  });
  const start = () =>
    tell?.({
      event: 'start',
      client,
      url,
      ...(others.length === 0 ? {} : { other_urls: others }),
      block,
      count: count ?? null,
      ...stored,
      plain,
      as: setup.as ?? null,
      verify: setup.verify,
      timing: timing !== undefined,
      heartbeat_ms: heartbeatMs,
      give_up_ms: finiteOrNull(end.giveUpMs),
      idle_timeout_ms: finiteOrNull(end.idleTimeoutMs),
      duration_ms: finiteOrNull(end.durationMs),
      once: end.once,
    });
  return driveRun(client, options, start, (blocks) => {
    queue = blocks;
    return new RunPump(client, session, host, carriage, {
      tell,
      connected: (source) => store?.begin(source),
      block: (finished, progress) => {
        store?.add(finished, { ...progress, lastEventId: carriage.lastEventId });
        onBlock?.(finished);
        return finished.kept && blocks.push(finished);
      },
      ended: () => {
        store?.close();
        blocks.end();
      },
    });
  });
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
