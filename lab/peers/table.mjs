/** The one table, 120 columns wide at most. */
import { machineLine } from '../kit/machine.mjs';
import { table } from '../kit/table.mjs';
import { changed } from './settings.mjs';

/** @typedef {import('./rows.mjs').Row} Row */
/** What a row is, without what it runs. @typedef {Pick<Row, 'name' | 'what' | 'peer' | 'unit' | 'target' | 'compare'>} Described */
/**
 * What came of a row: of one that failed only the error.
 *
 * @typedef {object} Result
 * @property {string[]} notes
 * @property {import('./measure.mjs').Outcome} outcome
 * @property {number} [ours]
 * @property {number | undefined} [peerAmount]
 * @property {number} [figure]
 * @property {number} [minimum]
 * @property {number} [maximum]
 * @property {import('./measure.mjs').Pair[]} [runs]
 * @property {object} [details]
 * @property {string} [error]
 * @property {number} elapsedMs
 */

const WIDTH = 120;
const OUTCOMES = { met: 'met', missed: 'MISSED', failed: 'FAILED', told: '' };

/** Fixed widths, so that no text can break the columns. @type {import('../kit/table.mjs').Column<Described & Result>[]} */
const COLUMNS = [
  { title: 'row', width: 15, cell: ({ name }) => name },
  { title: 'what / over which peer', width: 35, cell: what },
  { title: 'ours', width: 11, right: true, cell: ({ ours, unit }) => amount(ours, unit) },
  { title: 'peer', width: 11, right: true, cell: ({ peerAmount, unit }) => amount(peerAmount, unit) },
  { title: 'result', width: 8, right: true, cell: figureText },
  { title: 'min..max', width: 12, right: true, cell: spreadText },
  { title: 'target', width: 8, right: true, cell: targetText },
  { title: '', width: 6, cell: ({ outcome }) => OUTCOMES[outcome] },
];

/** Three digits that matter: more would be noise. @param {number} value */
function significant(value) {
  if (value === 0) return '0';
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(decimals, 3));
}

/** @type {readonly [number, string][]} */
const SCALES = [
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
  [0, ''],
];

/** Digits, and the prefix of the unit. @param {number} value */
function scaled(value) {
  const [size, prefix] = SCALES.find(([least]) => value >= least) ?? [0, ''];
  return [significant(value / (size || 1)), prefix];
}

/** @param {number | undefined} value @param {string} unit */
function amount(value, unit) {
  if (value === undefined) return '';
  if (!unit.endsWith('/s')) return `${significant(value)} ${unit}`;
  const [digits, prefix] = scaled(value);
  return unit === 'B/s' ? `${digits} ${prefix}B/s` : `${digits}${prefix} ${unit}`;
}

/** @param {Described & Result} result */
function figureText({ figure, compare = 'ratio', unit }) {
  if (figure === undefined || compare === 'value') return ''; // of a value it is what "ours" says
  if (compare === 'ratio') return `${significant(figure)} x`;
  return `${figure > 0 ? '+' : ''}${amount(figure, unit)}`;
}

/** @param {Described & Result} result */
function spreadText({ minimum, maximum, runs = [], unit, compare }) {
  if (minimum === undefined || maximum === undefined || runs.length < 2) return '';
  const brief = unit.endsWith('/s') && compare === 'value';
  const [low, high] = [minimum, maximum].map((value) =>
    brief ? scaled(value).join('') : significant(value),
  );
  return `${low}..${high}`;
}

/** @param {Described} row */
function targetText({ target, compare = 'ratio', unit }) {
  if (target === undefined) return 'none';
  const [sign, limit] = target.atLeast === undefined ? ['≤', target.atMost] : ['≥', target.atLeast];
  return `${sign} ${compare === 'ratio' ? Number(limit.toFixed(2)) : `${limit} ${unit}`}`;
}

/** @param {Described} row */
function what({ what, peer }) {
  return peer === undefined ? what : `${what} / ${peer}`;
}

/** @param {string} text @param {string} indent of the lines behind the first */
function wrapped(text, indent) {
  const lines = [''];
  for (const word of text.split(/\s+/)) {
    const last = lines[lines.length - 1];
    if (last.length + word.length + 1 > WIDTH - indent.length) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.join(`\n${indent}`);
}

/** @param {Described & Result} result */
function remarks({ name, notes, error }) {
  const texts = error === undefined ? notes : [...notes, `failed: ${error}`];
  return texts.map((text) => wrapped(`${name}: ${text}`, '  '));
}

/** @param {readonly Result[]} results @param {import('./measure.mjs').Outcome} outcome */
function count(results, outcome) {
  return results.filter((result) => result.outcome === outcome).length;
}

/**
 * @param {readonly (Described & Result)[]} results
 * @param {{ machine: import('../kit/machine.mjs').Machine, elapsedMs: number, quick: boolean, settings: import('./settings.mjs').Settings }} about
 */
export function resultTable(results, { machine, elapsedMs, quick, settings }) {
  const changes = changed(settings);
  const lines = [
    '',
    machineLine(machine),
    'Medians of runs that alternate, all on 127.0.0.1; result is ours over peer ("+" a difference), run by run.',
    ...(quick ? ['Quick: fewer rows, and targets half as strict, or half of what was measured.'] : []),
    ...(changes.length > 0 ? [`A trial, not the benchmark: ${changes.join(', ')}.`] : []),
    '',
    ...table(COLUMNS, results),
    ...results.flatMap(remarks),
    `${count(results, 'met')} met, ${count(results, 'missed')} missed, ${count(results, 'failed')} failed; ` +
      `${Math.round(elapsedMs / 1000)} s`,
  ];
  return lines.join('\n');
}

/** @param {readonly Row[]} rows */
export function listing(rows) {
  return rows.map((row) => `${row.name.padEnd(16)} ${targetText(row).padEnd(9)} ${what(row)}`).join('\n');
}
