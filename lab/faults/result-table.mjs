/** The campaigns' results as one table. */
import { machineLine } from '../kit/machine.mjs';
import { table } from '../kit/table.mjs';

/** @typedef {Pick<import('./tally.mjs').Tally, 'runs' | 'survived' | 'lost' | 'repeated' | 'faults' | 'notes'> & { name: string, elapsedMs: number }} Result */

/** What the runs show, at 95 %: with no failure in n, the rule of three; never "never". @param {Pick<Result, 'runs' | 'survived'>} result */
export function bound({ runs, survived }) {
  if (runs === 0) return 'not run';
  if (survived < runs) return `${runs - survived} of ${runs} failed`;
  if (runs <= 3) return 'too few runs';
  const percent = 300 / runs;
  return `< ${Number(percent.toPrecision(2))} %`;
}

/** @type {readonly import('../kit/table.mjs').Column<Result>[]} */
const COLUMNS = [
  { title: 'fault', cell: ({ name }) => name },
  { title: 'runs', right: true, cell: ({ runs }) => runs },
  { title: 'survived', right: true, cell: ({ survived }) => survived },
  { title: 'lost', right: true, cell: ({ lost }) => lost },
  { title: 'repeated', right: true, cell: ({ repeated }) => repeated },
  { title: 'bound', cell: bound },
  { title: 's', right: true, cell: ({ elapsedMs }) => Math.round(elapsedMs / 1000) },
];

/** @param {readonly Result[]} results @param {import('../kit/machine.mjs').Machine} machine */
export function resultTable(results, machine) {
  const remarks = results.flatMap(({ name, notes, faults }) => [
    ...notes.map((note) => `${name}: ${note}`),
    ...faults.map((fault) => `${name}: FAILED: ${fault}`),
  ]);
  const failed = results.filter((result) => !passed(result)).length;
  return [
    machineLine(machine),
    'bound: no failure in n runs means that fewer than 3/n fail, at 95 %',
    '',
    ...table(COLUMNS, results),
    ...remarks,
    `${results.length - failed} campaigns survived, ${failed} failed`,
  ].join('\n');
}

/** A campaign that has not run is not survived. @param {Pick<Result, 'runs' | 'survived' | 'faults'>} result */
export function passed({ runs, survived, faults }) {
  return runs > 0 && survived === runs && faults.length === 0;
}
