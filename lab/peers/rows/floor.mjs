/** The tool's own floor, beside the figures that have sockets in them. */
import { startProgram, withChildren } from '../processes.mjs';

const MEASURE_MS = 1000;

export const rows = [
  {
    name: 'floor',
    what: 'client session alone, no socket',
    compare: 'value',
    unit: 'msg/s',
    run: ({ alternations }) =>
      withChildren(async (keep) => {
        const { child } = keep(await startProgram('programs/floor-program.mjs'));
        const runs = [];
        for (let i = 0; i < alternations; i++)
          runs.push({ ours: await child.ask({ measureMs: MEASURE_MS }) });
        return { runs };
      }),
  },
];
