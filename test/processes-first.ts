import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Tests of real processes take longest, however short their files are: they come first, so that none is left at the end. */
export class ProcessesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const first = sorted.filter(startsProcesses);
    return [...first, ...sorted.filter((file) => !startsProcesses(file))];
  }
}

function startsProcesses({ moduleId }: TestSpecification): boolean {
  return moduleId.includes('/test/e2e/');
}
