/**
 * npm run controls: plants bugs, one at a time, in a copy of the code, and sees whether the test that claims to find each
 * does.
 */
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { flag, parseOptions, text, wholeNumber } from '../kit/options.mjs';
import { Random } from '../kit/random.mjs';
import { withScope } from '../kit/scope.mjs';
import { runTool } from '../kit/tool.mjs';
import { Copy } from './copy.mjs';
import { floors, plant, plantedBugs } from './planted-bug.mjs';

/** @typedef {import('./planted-bug.mjs').FloorBug} FloorBug */

const USAGE = `Usage: npm run controls -- [options]

  --only TEXT   only bugs whose name contains this
  --floor NAME  only bugs of this file of bugs/, as in --floor server
  --sample N    a random sample of N of them
  --seed K      repeats an earlier sample (default: a new seed, which is printed)
  --list        lists the bugs, and the test that has to find each
  --json        prints one JSON document
  --help        prints this text`;

const OPTIONS = {
  only: text,
  floor: text,
  sample: wholeNumber(),
  seed: wholeNumber(0),
  list: flag,
  json: flag,
};
const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));

await runTool(async (args) => {
  const { only, floor, sample, seed = randomInt(2 ** 32), list, json, help } = parseOptions(args, OPTIONS);
  if (help) return console.log(USAGE);
  const ofFloor = (await plantedBugs()).filter((bug) => floor === undefined || bug.floor === floor);
  if (ofFloor.length === 0)
    throw new Error(`--floor must be one of ${floors().join(', ')}, got ${JSON.stringify(floor)}`);
  const named = ofFloor.filter(({ name }) => only === undefined || name.includes(only));
  if (named.length === 0)
    throw new Error(`--only: no planted bug has ${JSON.stringify(only)} in its name; --list names all`);
  const bugs = sample === undefined ? named : new Random(seed).shuffled(named).slice(0, sample);
  if (list) {
    for (const { floor, name, test } of bugs) console.log(`${floor.padEnd(9)} ${name} (${test})`);
    return;
  }
  for (const bug of bugs) plant(bug, readFileSync(join(REPOSITORY, bug.file), 'utf8')); // all, before any is tried
  if (sample !== undefined) console.error(`seed ${seed}`);
  const results = await withScope((scope) => triedAll(new Copy(scope, REPOSITORY), bugs));
  const missed = results.filter(({ caught }) => !caught);
  console.log(json ? JSON.stringify(results, null, 2) : markdown(results));
  if (!json) console.log(`${results.length - missed.length} of ${results.length} planted bugs caught`);
  if (missed.length > 0) process.exitCode = 1;
});

/** @param {Copy} copy @param {readonly FloorBug[]} bugs */
async function triedAll(copy, bugs) {
  await checkUnplanted(copy, bugs);
  const results = [];
  for (const bug of bugs) {
    const result = await tried(copy, bug);
    results.push(result);
    const place = `${String(results.length).padStart(3)}/${bugs.length}`;
    console.error(`${place} ${result.caught ? 'caught' : 'MISSED'} ${bug.name} (${result.seconds} s)`);
    if (result.why !== undefined) console.error(`    ${result.why}`);
  }
  return results;
}

/** A test that fails without a bug shows nothing. @param {Copy} copy @param {readonly FloorBug[]} bugs */
async function checkUnplanted(copy, bugs) {
  const tests = [...new Set(bugs.map(({ test }) => test))];
  const env = Object.assign({}, ...bugs.map((bug) => bug.env ?? {}));
  const { failures, broken, passed } = await copy.test(tests, env);
  if (failures.length > 0 || broken !== undefined) {
    const what = [...failures.map((name) => `"${name}"`), broken].filter((each) => each !== undefined);
    throw new Error(`tests fail without a planted bug: ${what.join('; ')}`);
  }
  console.error(`without a planted bug all ${passed} tests of ${tests.length} files pass`);
}

/** @param {Copy} copy @param {FloorBug} bug */
async function tried(copy, bug) {
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

/** The table that README.md publishes. @param {readonly Awaited<ReturnType<typeof tried>>[]} results */
function markdown(results) {
  const lines = results.map(({ floor, name, harm, test, caught }) => {
    return `| ${floor} | ${name} | ${harm} | \`${test.replace(/^test\//, '')}\` | ${caught ? 'yes' : 'NO'} |`;
  });
  return [
    '| floor | planted bug | what a user would suffer | test | caught |',
    '|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}
