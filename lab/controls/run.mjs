// Negative controls: plants bugs, one at a time, in a copy of the code, and sees whether the test that claims to find
// each does.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Copy } from './copy.mjs';
import { chosen, parseOptions, USAGE } from './options.mjs';
import { plant, plantedBugs } from './planted-bug.mjs';

const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** @type {Copy} */
let copy;

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function main() {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) return console.log(USAGE);
  const bugs = chosen(await plantedBugs(), options);
  if (options.list) {
    for (const { floor, name, test } of bugs) console.log(`${floor.padEnd(9)} ${name} (${test})`);
    return;
  }
  for (const bug of bugs) plant(bug, readFileSync(join(repository, bug.file), 'utf8')); // all, before any is tried
  copy = new Copy(repository);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));
  process.once('exit', () => copy.close());

  await checkUnplanted(bugs);
  const results = [];
  for (const [index, bug] of bugs.entries()) {
    const result = await tried(bug);
    results.push(result);
    const mark = result.caught ? 'caught' : 'MISSED';
    console.error(
      `${String(index + 1).padStart(3)}/${bugs.length} ${mark} ${bug.name} (${result.seconds} s)`,
    );
    if (result.why !== undefined) console.error(`    ${result.why}`);
  }
  const missed = results.filter(({ caught }) => !caught);
  console.log(options.json ? JSON.stringify(results, null, 2) : table(results));
  if (!options.json)
    console.log(`${results.length - missed.length} of ${results.length} planted bugs caught`);
  if (missed.length > 0) process.exitCode = 1;
}

/** A test that fails without a bug shows nothing. */
async function checkUnplanted(bugs) {
  const tests = [...new Set(bugs.map(({ test }) => test))];
  const env = Object.assign({}, ...bugs.map((bug) => bug.env ?? {}));
  const { failures = [], broken, passed } = await copy.test(tests, env);
  if (failures.length > 0 || broken !== undefined) {
    const what = [...failures.map((name) => `"${name}"`), broken].filter((each) => each !== undefined);
    throw new Error(`tests fail without a planted bug: ${what.join('; ')}`);
  }
  console.error(`without a planted bug all ${passed} tests of ${tests.length} files pass`);
}

async function tried(bug) {
  const startedMs = performance.now();
  const source = copy.read(bug.file);
  copy.write(bug.file, plant(bug, source));
  try {
    if (bug.build) await copy.build();
    const { failed, broken } = await copy.test([bug.test], bug.env);
    const seconds = Math.round((performance.now() - startedMs) / 100) / 10;
    const { floor, name, harm, test } = bug;
    // A file that can't be run at all would "catch" anything.
    return { floor, name, harm, test, caught: failed > 0 && broken === undefined, seconds, why: broken };
  } finally {
    copy.write(bug.file, source);
    if (bug.build) await copy.build();
  }
}

function table(rows) {
  const lines = rows.map(({ floor, name, harm, test, caught }) => {
    return `| ${floor} | ${name} | ${harm} | \`${test.replace(/^test\//, '')}\` | ${caught ? 'yes' : 'NO'} |`;
  });
  return [
    '| floor | planted bug | what a user would suffer | test | caught |',
    '|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}
