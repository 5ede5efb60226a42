/** npm run faults: runs campaigns, prints one table, and exits with 1 if any of them failed. */
import { installPackages } from '../kit/command.mjs';
import { machine } from '../kit/machine.mjs';
import { flag, namesOf, parseOptions, wholeNumber } from '../kit/options.mjs';
import { Random } from '../kit/random.mjs';
import { withScope } from '../kit/scope.mjs';
import { runTool } from '../kit/tool.mjs';
import { CAMPAIGNS } from './campaigns.mjs';
import { passed, resultTable } from './result-table.mjs';
import { Tally } from './tally.mjs';

const USAGE = `Usage: npm run faults -- [options]

  --only NAME[,NAME]   only these campaigns
  --runs N             runs of each campaign, instead of its own number
  --short              a few runs of each, as in the tests
  --seed N             chooses the random moments and choices (default: 1)
  --list               lists the campaigns, their runs and what they need; with --json for scripts
  --json               prints one JSON document
  --help               prints this text`;

const OPTIONS = {
  only: namesOf(
    'campaign',
    CAMPAIGNS.map(({ name }) => name),
  ),
  runs: wholeNumber(),
  seed: wholeNumber(),
  short: flag,
  list: flag,
  json: flag,
};

/** What a campaign is and needs, without what it runs. @param {import('./campaigns.mjs').Campaign} campaign */
function described({ name, fault, runs, root = false, packages = [] }) {
  return { name, fault, runs, root, packages };
}

/** @param {ReturnType<typeof described>} campaign */
function listed({ name, fault, runs, root, packages }) {
  const needs = [...(root ? ['root'] : []), ...packages].join(', ');
  return `${name.padEnd(12)} ${String(runs).padStart(4)} runs  ${fault}${needs === '' ? '' : ` (needs ${needs})`}`;
}

/**
 * @param {import('./campaigns.mjs').Campaign} campaign
 * @param {{ runs: number | undefined, short: boolean, seed: number }} options
 */
async function outcome(campaign, { runs, short, seed }) {
  const startMs = performance.now();
  const tally = new Tally();
  try {
    if (campaign.root && process.getuid?.() !== 0) throw new Error('it needs root');
    installPackages(campaign.packages ?? []);
    const number = runs ?? (short ? campaign.shortRuns : campaign.runs);
    const random = new Random(seed);
    await withScope((scope) => campaign.run({ scope, tally, runs: number, short, random }));
  } catch (error) {
    tally.together(1, [error instanceof Error ? error.message : String(error)]);
  }
  return { name: campaign.name, ...tally, elapsedMs: performance.now() - startMs };
}

await runTool(async (args) => {
  const { only, runs, short, seed = 1, list, json, help } = parseOptions(args, OPTIONS);
  if (help) return console.log(USAGE);
  const campaigns = CAMPAIGNS.filter(({ name }) => only?.includes(name) ?? true);
  const descriptions = campaigns.map(described);
  if (list) return console.log(json ? JSON.stringify(descriptions) : descriptions.map(listed).join('\n'));
  const about = machine();
  const results = [];
  for (const campaign of campaigns) {
    console.error(`${results.length + 1}/${campaigns.length} ${campaign.name}`);
    results.push(await outcome(campaign, { runs, short, seed }));
  }
  if (json) console.log(JSON.stringify({ machine: about, short, seed, campaigns: results }));
  else console.log(resultTable(results, about));
  if (!results.every(passed)) process.exitCode = 1;
});
