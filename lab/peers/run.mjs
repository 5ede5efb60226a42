/** npm run bench: runs rows, prints one table, and exits with 1 if a target is missed. */
import { machine } from '../kit/machine.mjs';
import { flag, namesOf, parseOptions, text, texts } from '../kit/options.mjs';
import { runTool } from '../kit/tool.mjs';
import { exitCode, outcomeOf, slackened, summarise } from './measure.mjs';
import { BUILD_ROWS, ROWS } from './rows.mjs';
import { changed, settingsFrom } from './settings.mjs';
import { listing, resultTable } from './table.mjs';

/** @typedef {import('./rows.mjs').Row} Row */

const USAGE = `Usage: npm run bench -- [options]

  --only NAME[,NAME]   only these rows
  --over DIR           only the rows that compare this build with that of another checkout, built, with its peers installed
  --quick              only the rows for CI, with targets half as strict, or half of what was measured
  --list               lists the rows and their targets; with --json for scripts
  --json               prints one JSON document: the machine, and every run's raw figures; "trial" is true with --set
  --set NAME=N[,…]     another size for a trial: alternations, messages, stallSeconds, idleClients,
                       manyClients, manySeconds; the targets are for the sizes as they are
  --help               prints this text`;

const OPTIONS = {
  only: namesOf(
    'row',
    [...ROWS, ...BUILD_ROWS].map(({ name }) => name),
  ),
  set: texts,
  over: text,
  quick: flag,
  list: flag,
  json: flag,
};

/** @param {readonly Row[]} rows @param {string[] | undefined} only @param {boolean} quick @returns {Row[]} */
function chosenRows(rows, only, quick) {
  return rows
    .filter((row) => only?.includes(row.name) ?? (!quick || row.quick === true))
    .map((row) =>
      quick && row.target !== undefined ? { ...row, target: row.quickTarget ?? slackened(row.target) } : row,
    );
}

/** What a row is, without what it runs. @param {Row} row */
function described({ name, what, peer, unit, target, compare = 'ratio' }) {
  return { name, what, peer, unit, target, compare };
}

/** @param {Row} row @param {import('./settings.mjs').Settings} settings @returns {Promise<import('./table.mjs').Result>} */
async function measured(row, settings) {
  const startMs = performance.now();
  const elapsedMs = () => Math.round(performance.now() - startMs);
  const ownNotes = row.note === undefined ? [] : [row.note];
  try {
    const { runs, notes = [], ...raw } = await row.run(settings);
    const { peer: peerAmount, ...summary } = summarise(runs, row.compare ?? 'ratio');
    const outcome = outcomeOf(summary.figure, row.target);
    const allNotes = [...ownNotes, ...notes];
    return { notes: allNotes, ...summary, peerAmount, outcome, runs, ...raw, elapsedMs: elapsedMs() };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { notes: ownNotes, outcome: 'failed', error: message, elapsedMs: elapsedMs() };
  }
}

await runTool(async (args) => {
  const { only, set, over, quick, list, json, help } = parseOptions(args, OPTIONS);
  if (help) return console.log(USAGE);
  const rows = chosenRows(over === undefined ? ROWS : BUILD_ROWS, only, quick);
  const settings = settingsFrom(set, over);
  if (list) return console.log(json ? JSON.stringify(rows.map(described)) : listing(rows));
  const startMs = performance.now();
  const about = machine();
  const results = [];
  for (const row of rows) {
    console.error(`${String(results.length + 1).padStart(2)}/${rows.length} ${row.name}`);
    results.push({ ...described(row), ...(await measured(row, settings)) });
  }
  const elapsedMs = Math.round(performance.now() - startMs);
  if (json) {
    const trial = changed(settings).length > 0;
    console.log(JSON.stringify({ machine: about, settings, trial, quick, elapsedMs, rows: results }));
  } else {
    console.log(resultTable(results, { machine: about, elapsedMs, quick, settings }));
  }
  process.exitCode = exitCode(results.map(({ outcome }) => outcome));
});
