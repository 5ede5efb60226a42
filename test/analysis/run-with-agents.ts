import type { RunData } from '../../src/run-file/record/run-data.ts';
import { simulatedRun } from './simulated-run.ts';

/**
 * A run of two agents, a and b, which share the clients of each cell: a has the odd ones. The clock of b is 3 s ahead. Both have
 * processes of the same number, and b was lost once, in the first measurement.
 */
export function runWithAgents(): RunData {
  const run = simulatedRun({ blocks: [5], clients: [2, 4], repeat: 2, seed: 1, rate: 100 });
  const { header } = run;
  return {
    ...run,
    header: {
      ...header,
      settings: { ...header.settings, url: 'ws://192.0.2.1:8000', client_processes: 0, agents: 2 },
    },
    agents: ['a', 'b'].map((agent) => ({ record: 'agent', agent, machine: header.machine, processes: 1 })),
    losses: [
      { record: 'lost', run: 0, agent: 'b', attempt: 1, at_ms: 12_345, reason: 'no sign of life for 8 s' },
    ],
    measurements: run.measurements.map((measurement) => {
      const numbers = Array.from({ length: measurement.cell.clients }, (_, index) => index + 1);
      const shareOf = (agent: string, rest: number, offsetMs: number, reasons: readonly string[]) => ({
        record: 'share' as const,
        run: measurement.cell.run,
        agent,
        clients: numbers.filter((client) => client % 2 === rest),
        from_ms: measurement.cell.from_ms + 0.5,
        clock_offset_ms: offsetMs,
        clock_error_ms: 0.25,
        reasons,
      });
      const busy = measurement.cell.repeat === 2 ? ['a client process used 95 % of a core, above 90 %'] : [];
      return {
        ...measurement,
        cell: {
          ...measurement.cell,
          valid: busy.length === 0,
          reasons: busy.map((why) => `agent b: ${why}`),
        },
        samples: measurement.samples.flatMap((sample) => [
          { ...sample, agent: 'a', messages: 100 },
          { ...sample, agent: 'b', cpu_percent: 95, messages: 50 },
        ]),
        shares: [shareOf('a', 1, -0.125, []), shareOf('b', 0, 3000.5, busy)],
      };
    }),
  };
}
