/** npm run faults: runs campaigns, prints one table, and exits with 1 if any of them failed. */
import { execFileSync } from 'node:child_process';
import { cpus, release } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CAMPAIGNS } from './campaigns.mjs';
import { Random } from './random.mjs';
import { closeAll, Scope } from './scope.mjs';
import { passed, table } from './table.mjs';
import { Tally } from './tally.mjs';

const USAGE = `Usage: npm run faults -- [options]

  --only NAME[,NAME]   only these campaigns
  --runs N             so many runs each, instead of the campaign's own number
  --short              a few runs each, as the tests do
  --seed N             the moments and choices of an earlier run (default: 1)
  --list               the campaigns, their runs and what they need; with --json for scripts
  --json               one JSON document on stdout
  --help               this text`;

const PACKAGES = fileURLToPath(new URL('../../scripts/system-packages.sh', import.meta.url));

function options() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      runs: { type: 'string' },
      seed: { type: 'string', default: '1' },
      short: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  for (const name of ['runs', 'seed']) {
    if (values[name] !== undefined && !/^[1-9]\d{0,8}$/.test(values[name]))
      throw new Error(`--${name} must be a whole number from 1, got ${JSON.stringify(values[name])}`);
  }
  return values;
}

function chosen(only) {
  const names = only?.split(',');
  const unknown = names?.find((name) => !CAMPAIGNS.some((campaign) => campaign.name === name));
  if (unknown !== undefined)
    throw new Error(
      `no campaign ${JSON.stringify(unknown)}: there are ${CAMPAIGNS.map(({ name }) => name).join(', ')}`,
    );
  return CAMPAIGNS.filter(({ name }) => names?.includes(name) ?? true);
}

function needs({ name, fault, runs, root = false, packages = [] }) {
  return { name, fault, runs, root, packages };
}

function listing(campaigns) {
  return campaigns.map(needs).map(({ name, fault, runs, root, packages }) => {
    const needed = [...(root ? ['root'] : []), ...packages].join(', ');
    return `${name.padEnd(12)} ${String(runs).padStart(4)} runs  ${fault}${needed === '' ? '' : ` (needs ${needed})`}`;
  });
}

async function outcome(campaign, { runs, short, seed }) {
  const startMs = performance.now();
  const tally = new Tally();
  const scope = new Scope();
  try {
    if (campaign.root && process.getuid() !== 0) throw new Error('it needs root');
    const { packages } = needs(campaign);
    if (packages.length > 0)
      execFileSync('bash', [PACKAGES, ...packages], { stdio: ['ignore', 'ignore', 'pipe'] });
    const number = runs ?? (short ? campaign.shortRuns : campaign.runs);
    await campaign.run({ scope, tally, runs: number, short, random: new Random(seed) });
  } catch (error) {
    tally.together(1, [
      String(error.stderr ?? error.message)
        .trim()
        .replaceAll('\n', '; '),
    ]);
  } finally {
    scope.close();
  }
  return { name: campaign.name, ...tally, elapsedMs: performance.now() - startMs };
}

function about() {
  let commit = 'unknown';
  try {
    commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  } catch {
    // a package without its repository can be tried, too
  }
  const kernel = `${process.platform} ${release()}`;
  const at = `${new Date().toISOString().slice(0, 16)}Z`;
  return {
    commit,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    kernel,
    node: process.version,
    at,
  };
}

async function main() {
  const { only, runs, short, seed, list, json, help } = options();
  if (help) return console.log(USAGE);
  const campaigns = chosen(only);
  if (list) return console.log(json ? JSON.stringify(campaigns.map(needs)) : listing(campaigns).join('\n'));
  const machine = about();
  const results = [];
  for (const campaign of campaigns) {
    console.error(`${results.length + 1}/${campaigns.length} ${campaign.name}`);
    results.push(
      await outcome(campaign, {
        runs: runs === undefined ? undefined : Number(runs),
        short,
        seed: Number(seed),
      }),
    );
  }
  if (json) console.log(JSON.stringify({ machine, short, seed: Number(seed), campaigns: results }));
  else console.log(table(results, machine));
  if (!results.every(passed)) process.exitCode = 1;
}

process.on('exit', closeAll);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130));
try {
  await main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
