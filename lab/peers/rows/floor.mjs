/** The tool's own floor, beside the figures that have sockets in them. */
import { withScope } from '../../kit/scope.mjs';
import { startProgram } from '../processes.mjs';

const MEASURE_MS = 1000;

/** @type {import('../rows.mjs').Row[]} */
export const rows = [
  {
    name: 'floor',
    what: 'client session alone, no socket',
    compare: 'value',
    unit: 'msg/s',
    run: ({ alternations }) =>
      withScope(async (scope) => {
        const child = await startProgram(scope, 'floor-program.mjs');
        const runs = [];
        for (let i = 0; i < alternations; i++)
          runs.push({ ours: await child.ask({ measureMs: MEASURE_MS }) });
        return { runs };
      }),
  },
];
