/** The benchmark's command: runs rows, prints one table, and exits with 1 if a target is missed. */
import { parseArgs } from 'node:util';
import { machine } from './machine.mjs';
import { exitCode, outcomeOf, slackened, summarise } from './measure.mjs';
import { endAll } from './processes.mjs';
import { ROWS } from './rows.mjs';
import { changed, settingsFrom } from './settings.mjs';
import { listing, table } from './table.mjs';

const USAGE = `Usage: npm run bench -- [options]

  --only NAME[,NAME]   only these rows
  --quick              only the rows for CI, with targets half as strict, or half of what was measured
  --list               the rows and their targets; with --json too
  --json               one JSON document on stdout: the machine, and every run's raw figures; "trial" tells of --set
  --set NAME=N[,…]     another size for a trial: alternations, messages, stallSeconds, idleClients,
                       manyClients, manySeconds; the targets are for the sizes as they are
  --messages N         --set messages=N
  --help               this text`;

const EXIT = { usage: 1, interrupted: 130 };

function options() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      quick: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      set: { type: 'string', multiple: true, default: [] },
      messages: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  return values;
}

function chosenRows({ only, quick }) {
  const names = only?.split(',').map((name) => name.trim());
  const unknown = names?.find((name) => !ROWS.some((row) => row.name === name));
  if (unknown !== undefined) throw new Error(`no row ${JSON.stringify(unknown)}: --list names them`);
  return ROWS.filter((row) => names?.includes(row.name) ?? (!quick || row.quick === true)).map((row) =>
    quick && row.target !== undefined ? { ...row, target: row.quickTarget ?? slackened(row.target) } : row,
  );
}

/** What a row is, without what it runs. */
function described({ name, what, peer, unit, target, compare = 'ratio' }) {
  return { name, what, peer, unit, target, compare };
}

async function measured(row, settings) {
  const startMs = performance.now();
  const { note } = row;
  const result = { ...described(row), notes: note === undefined ? [] : [note] };
  try {
    const { runs, notes = [], ...raw } = await row.run(settings);
    const { peer: peerAmount, ...summary } = summarise(runs, result.compare);
    const outcome = outcomeOf(summary.figure, result.target);
    result.notes.push(...notes);
    Object.assign(result, { ...summary, peerAmount, outcome, runs, ...raw });
  } catch (error) {
    Object.assign(result, {
      outcome: 'failed',
      error: error instanceof Error ? error.message : String(error),
    });
  }
  result.elapsedMs = Math.round(performance.now() - startMs);
  return result;
}

async function main() {
  const values = options();
  if (values.help) return console.log(USAGE);
  const rows = chosenRows(values);
  const settings = settingsFrom([
    ...values.set,
    ...(values.messages === undefined ? [] : [`messages=${values.messages}`]),
  ]);
  if (values.list) return console.log(values.json ? JSON.stringify(rows.map(described)) : listing(rows));
  const startMs = performance.now();
  const about = await machine();
  const results = [];
  for (const row of rows) {
    console.error(`${String(results.length + 1).padStart(2)}/${rows.length} ${row.name}`);
    results.push(await measured(row, settings));
  }
  const elapsedMs = Math.round(performance.now() - startMs);
  if (values.json) {
    const trial = changed(settings).length > 0;
    const head = { machine: about, settings, trial, quick: values.quick, elapsedMs };
    console.log(JSON.stringify({ ...head, rows: results }));
  } else {
    console.log(table(results, { machine: about, elapsedMs, quick: values.quick, settings }));
  }
  process.exitCode = exitCode(results.map(({ outcome }) => outcome));
}

process.on('exit', endAll);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => process.exit(EXIT.interrupted));
}
try {
  await main();
} catch (error) {
  console.error(error.message);
  process.exitCode = EXIT.usage;
}
