import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes longest, however short its files are: thousands of seeds, campaigns, hundreds of simulated runs, real processes. */
const LONGEST = ['/test/simulation/', '/test/faults/', '/test/analysis/comparison/', '/test/e2e/'];

/** Tests that take longest come first, so that none is left at the end, when all but one worker have nothing to do. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.sort((one, other) => rankOf(one) - rankOf(other));
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const rank = LONGEST.findIndex((folder) => moduleId.includes(folder));
  return rank === -1 ? LONGEST.length : rank;
}
