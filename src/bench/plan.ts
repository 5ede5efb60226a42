import type { CellName, Settings } from '../run-file/record/run-record.ts';
import { output } from '../stream/program/splitmix64.ts';

/** One measurement: one repeat of one cell. */
export interface PlannedRun extends CellName {
  /** Place in the order, from 0. */
  readonly run: number;
  /** From 1. */
  readonly repeat: number;
  /** How long it is measured at least; null where `count` says when it ends. */
  readonly windowMs: number | null;
  /** How long it takes altogether, about: for the time left. */
  readonly expectedMs: number;
}

/** What a measurement takes on top, and each client of it: to connect, to warm up at full speed, and to leave. */
const OVERHEAD_MS = 250;
const CLIENT_OVERHEAD_MS = 15;
/** Blocks that each client of a paced cell ends within the window. */
const LEAST_BLOCKS = 3;
/** To guess with, where nothing is known of the machine. */
const GUESSED_PER_SECOND = 200_000;

/**
 * The order of a bench: each repeat has every cell once, in an order of its own. So a slow drift of the machine
 * falls on all cells alike, and an interrupted bench has measured all cells about as often.
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

/** A paced cell lasts until each client has ended some blocks, however large they are. */
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

/** Fisher and Yates, with a generator that is the same everywhere. */
function shuffled<T>(items: readonly T[], seed: number, round: number): T[] {
  const order = [...items];
  const key = output(BigInt(seed), BigInt(round));
  for (let i = order.length - 1; i > 0; i--) {
    const j = Number(output(key, BigInt(i)) % BigInt(i + 1));
    [order[i], order[j]] = [order[j] as T, order[i] as T];
  }
  return order;
}
