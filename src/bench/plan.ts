import type { CellName, Settings } from '../run-file/record/run-record.ts';
import { output } from '../stream/program/splitmix64.ts';

/** One measurement: one repeat of one cell. */
export interface PlannedRun extends CellName {
  /** Its place in the order, from 0. */
  readonly run: number;
  /** From 1. */
  readonly repeat: number;
  /** The shortest time it is measured; null where `count` ends it. */
  readonly windowMs: number | null;
  /** Roughly how long it takes altogether, to estimate the time left. */
  readonly expectedMs: number;
}

/** What a measurement takes besides, and each of its clients: connecting, warming up at full speed, leaving. */
const OVERHEAD_MS = 250;
const CLIENT_OVERHEAD_MS = 15;
/** The fewest blocks that each client of a paced cell ends within the window. */
const LEAST_BLOCKS = 3;
/** An estimate for a machine that nothing is known about. */
const GUESSED_PER_SECOND = 200_000;

/**
 * The order of a bench: each repeat has every cell once, in an order of its own. A slow drift of the machine thus
 * affects all cells alike, and an interrupted bench has measured all cells about equally often.
 */
export function plan(settings: Settings): PlannedRun[] {
  const { streams, rates, clients, blocks, repeat } = settings;
  const cells = streams.flatMap((stream) =>
    rates.flatMap((rate) =>
      clients.flatMap((n) => blocks.map((block) => ({ block, clients: n, stream, rate }))),
    ),
  );
  const runs: PlannedRun[] = [];
  for (let round = 1; round <= repeat; round++) {
    for (const cell of shuffled(cells, settings.seed, round)) {
      const windowMs = windowOf(cell, settings);
      const overheadMs = OVERHEAD_MS + cell.clients * CLIENT_OVERHEAD_MS;
      const expectedMs = overheadMs + warmUpMs(cell, settings) + (windowMs ?? countMs(cell, settings));
      runs.push({ run: runs.length, ...cell, repeat: round, windowMs, expectedMs });
    }
  }
  return runs;
}

/** A paced cell lasts until each client has ended a few blocks, however large they are. */
function windowOf({ block, rate }: CellName, { duration_ms }: Settings): number | null {
  if (duration_ms === null) return null;
  return rate === 'max' ? duration_ms : Math.max(duration_ms, (LEAST_BLOCKS * block * 1000) / rate);
}

function warmUpMs({ block, clients, rate }: CellName, { omit }: Settings): number {
  return (omit * block * 1000) / (rate === 'max' ? GUESSED_PER_SECOND / clients : rate);
}

function countMs({ clients, rate }: CellName, { count }: Settings): number {
  return ((count ?? 0) * 1000) / (rate === 'max' ? GUESSED_PER_SECOND / clients : rate);
}

/** Fisher and Yates, with a portable generator. */
function shuffled<T>(items: readonly T[], seed: number, round: number): T[] {
  const order = [...items];
  const key = output(BigInt(seed), BigInt(round));
  for (let i = order.length - 1; i > 0; i--) {
    const j = Number(output(key, BigInt(i)) % BigInt(i + 1));
    [order[i], order[j]] = [order[j] as T, order[i] as T];
  }
  return order;
}
