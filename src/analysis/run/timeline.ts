import type { RunData } from '../../run-file/record/run-data.ts';
import { lostAgents } from './agents.ts';
import type { Timeline } from './analysis.ts';

const SECOND_MS = 1000;

interface Second {
  readonly atMs: number;
  readonly perSecond: number;
}

/**
 * Little arrives while clients leave, which says nothing about the measurement: this drops the last partial second, or
 * more.
 */
function withoutLeaving(
  seconds: readonly Second[],
  fromMs: number,
  durationMs: number | null,
): readonly Second[] {
  return seconds.filter(({ atMs }, index) => {
    const beginMs = seconds[index - 1]?.atMs ?? fromMs;
    const isPiece = index === seconds.length - 1 && atMs - beginMs < 0.9 * SECOND_MS;
    const isBehind = durationMs !== null && beginMs - fromMs >= durationMs - 0.1 * SECOND_MS;
    return index === 0 || !(isPiece || isBehind);
  });
}

/** The run second by second. */
export function timelineOf(run: RunData): Timeline {
  const { header, measurements } = run;
  const inOrder = [...measurements].sort((a, b) => a.cell.from_ms - b.cell.from_ms);
  // Processes are sampled at about the same time, so a second of all clients is the sum of theirs.
  const seconds = inOrder.flatMap(({ cell, samples }) => {
    const bySecond = new Map<number, Second>();
    const processes = new Map<string, number>();
    for (const { agent, pid, at_ms, messages } of samples) {
      if (messages === null) continue;
      const name = `${agent ?? ''} ${pid}`; // two machines may have the same
      const index = processes.get(name) ?? 0;
      processes.set(name, index + 1);
      const before = bySecond.get(index);
      bySecond.set(index, { atMs: at_ms, perSecond: (before?.perSecond ?? 0) + messages });
    }
    return withoutLeaving([...bySecond.values()], cell.from_ms, header.settings.duration_ms);
  });
  return {
    cells: inOrder.map(({ cell }) => ({
      block: cell.block,
      clients: cell.clients,
      stream: cell.stream,
      rate: cell.rate,
      repeat: cell.repeat,
      from_s: cell.from_ms / SECOND_MS,
      to_s: cell.to_ms / SECOND_MS,
      valid: cell.valid,
    })),
    seconds: seconds.map(({ atMs, perSecond }) => ({ at_s: atMs / SECOND_MS, msgs_per_s: perSecond })),
    outages: inOrder.flatMap(({ outages }) =>
      outages.map(({ client, at_ms, outage_ms }) => ({
        at_s: (at_ms - outage_ms) / SECOND_MS,
        outage_ms,
        client: String(client),
      })),
    ),
    losses: lostAgents(run),
  };
}
