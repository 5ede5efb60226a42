/** The one table, 120 columns wide at most. */
import { changed } from './settings.mjs';

const WIDTH = 120;
const GAP = '  ';
const COLUMNS = [
  { title: 'row', width: 15 },
  { title: 'what / over which peer', width: 35 },
  { title: 'ours', width: 11, right: true },
  { title: 'peer', width: 11, right: true },
  { title: 'result', width: 8, right: true },
  { title: 'min..max', width: 12, right: true },
  { title: 'target', width: 8, right: true },
  { title: '', width: 6 },
];

const OUTCOMES = { met: 'met', missed: 'MISSED', failed: 'FAILED', told: '' };

/** Three digits that matter: more would be noise. */
function significant(value) {
  if (value === 0) return '0';
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(decimals, 3));
}

function scaled(value) {
  const scale = [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ].find(([size]) => value >= size);
  return scale === undefined ? [significant(value), ''] : [significant(value / scale[0]), scale[1]];
}

function amount(value, unit) {
  if (value === undefined) return '';
  if (!unit.endsWith('/s')) return `${significant(value)} ${unit}`;
  const [digits, prefix] = scaled(value);
  return unit === 'B/s' ? `${digits} ${prefix}B/s` : `${digits}${prefix} ${unit}`;
}

function figureText(value, { compare = 'ratio', unit }) {
  if (compare === 'ratio') return `${significant(value)} x`;
  const sign = compare === 'difference' && value > 0 ? '+' : '';
  return `${sign}${amount(value, unit)}`;
}

function targetText(row) {
  const { target, compare = 'ratio', unit } = row;
  if (target === undefined) return 'none';
  const [sign, limit] = target.atLeast === undefined ? ['≤', target.atMost] : ['≥', target.atLeast];
  return `${sign} ${compare === 'ratio' ? limit : `${limit} ${unit}`}`;
}

function what({ what, peer }) {
  return peer === undefined ? what : `${what} / ${peer}`;
}

/** Cut, so that no text can break the columns. */
function line(texts) {
  const cells = COLUMNS.map(({ width, right }, i) => {
    const text = texts[i] ?? '';
    const cut = text.length > width ? `${text.slice(0, width - 1)}…` : text;
    return right === true ? cut.padStart(width) : cut.padEnd(width);
  });
  return cells.join(GAP).trimEnd();
}

function rowLine(result) {
  const { name, unit, compare, outcome, runs, figure, minimum, maximum } = result;
  const head = [name, what(result)];
  if (outcome === 'failed') return line([...head, '', '', '', '', targetText(result), OUTCOMES.failed]);
  const brief = (value) =>
    unit.endsWith('/s') && compare === 'value' ? scaled(value).join('') : significant(value);
  const spread = runs.length < 2 ? '' : `${brief(minimum)}..${brief(maximum)}`;
  const amounts = [amount(result.ours, unit), amount(result.peerAmount, unit)];
  return line([
    ...head,
    ...amounts,
    compare === 'value' ? '' : figureText(figure, result), // it is what "ours" says
    spread,
    targetText(result),
    OUTCOMES[outcome],
  ]);
}

function wrapped(text, indent) {
  const lines = [''];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last.length + word.length + 1 > WIDTH - indent.length) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.join(`\n${indent}`);
}

function remarks({ name, notes, error }) {
  const texts = error === undefined ? notes : [...notes, `failed: ${error}`];
  return texts.map((text) => wrapped(`${name}: ${text}`, '  '));
}

function count(results, outcome) {
  return results.filter((result) => result.outcome === outcome).length;
}

export function table(results, { machine, elapsedMs, quick, settings }) {
  const { cpu, cores, memoryGib, kernel, node, commit, at } = machine;
  const changes = changed(settings).map(([name, value]) => `${name}=${value}`);
  const rule = COLUMNS.map(({ width }) => '─'.repeat(width)).join(GAP);
  const lines = [
    '',
    `Tidemark ${commit} on ${cpu}, ${cores} cores, ${memoryGib} GiB, ${kernel}, Node ${node}, ${at.slice(0, 16)}Z`,
    'Medians of runs that alternate, all on 127.0.0.1; result is ours over peer ("+" a difference), run by run.',
    ...(quick ? ['Quick: fewer rows, and targets half as strict, or half of what was measured.'] : []),
    ...(changes.length > 0 ? [`A trial, not the benchmark: ${changes.join(', ')}.`] : []),
    '',
    line(COLUMNS.map(({ title }) => title)),
    rule,
    ...results.map(rowLine),
    rule,
    ...results.flatMap(remarks),
    `${count(results, 'met')} met, ${count(results, 'missed')} missed, ${count(results, 'failed')} failed; ` +
      `${Math.round(elapsedMs / 1000)} s`,
  ];
  return lines.join('\n');
}

export function listing(rows) {
  return rows.map((row) => `${row.name.padEnd(16)} ${targetText(row).padEnd(9)} ${what(row)}`).join('\n');
}
