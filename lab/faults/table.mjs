/** The campaigns' results as one table. */

/** What the runs show, at 95 %: with no failure in n, the rule of three; never "never". */
export function bound({ runs, survived }) {
  if (runs === 0) return 'not run';
  if (survived < runs) return `${runs - survived} of ${runs} failed`;
  if (runs <= 3) return 'too few runs';
  const percent = 300 / runs;
  return `< ${Number(percent.toPrecision(2))} %`;
}

const COLUMNS = [
  ['fault', ({ name }) => name],
  ['runs', ({ runs }) => runs],
  ['survived', ({ survived }) => survived],
  ['lost', ({ lost }) => lost],
  ['repeated', ({ repeated }) => repeated],
  ['bound', (result) => bound(result)],
  ['s', ({ elapsedMs }) => Math.round(elapsedMs / 1000)],
];

export function table(results, about) {
  const rows = [
    COLUMNS.map(([title]) => title),
    ...results.map((result) => COLUMNS.map(([, cell]) => String(cell(result)))),
  ];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const text = (row) =>
    row
      .map((cell, column) =>
        column === 0 || column === 5 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
      )
      .join('  ')
      .trimEnd();
  const [head, ...body] = rows.map(text);
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  const remarks = results.flatMap(({ name, notes, faults }) => [
    ...notes.map((note) => `${name}: ${note}`),
    ...faults.map((fault) => `${name}: FAILED: ${fault}`),
  ]);
  const failed = results.filter((result) => !passed(result)).length;
  return [
    `Tidemark ${about.commit}, ${about.cpu}, ${about.cores} cores, ${about.kernel}, Node ${about.node}, ${about.at}`,
    'bound: no failure in n runs means that fewer than 3/n fail, at 95 %',
    '',
    head,
    rule,
    ...body,
    rule,
    ...remarks,
    `${results.length - failed} campaigns survived, ${failed} failed`,
  ].join('\n');
}

/** A campaign that has not run is not survived. */
export function passed({ runs, survived, faults }) {
  return runs > 0 && survived === runs && faults.length === 0;
}
