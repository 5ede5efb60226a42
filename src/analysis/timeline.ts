import type { Timeline } from './analysis.ts';
import type { RunData } from './run-data.ts';

const SECOND_MS = 1000;

/** The run second by second. */
export function timelineOf({ measurements }: RunData): Timeline {
  const inOrder = [...measurements].sort((a, b) => a.cell.from_ms - b.cell.from_ms);
  // Clients in several processes are sampled at about the same time: a second of all is the sum of them.
  const seconds = inOrder.flatMap(({ samples }) => {
    const bySecond = new Map<number, { atMs: number; perSecond: number }>();
    const processes = new Map<number, number>();
    for (const { pid, at_ms, messages } of samples) {
      if (messages === null) continue;
      const index = processes.get(pid) ?? 0;
      processes.set(pid, index + 1);
      const before = bySecond.get(index);
      bySecond.set(index, { atMs: at_ms, perSecond: (before?.perSecond ?? 0) + messages });
    }
    return [...bySecond.values()];
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
  };
}
