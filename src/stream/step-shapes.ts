import type { Branch, Step } from './field-program.ts';

/** What steps look like where the encoder has one operation for several of them. */
export type Pick = Step & { step: 'pick' };

/** Joins texts that follow each other, also across the border of a field, which appends nothing. */
export function joinTexts(steps: readonly Step[]): Step[] {
  const joined: Step[] = [];
  for (const step of steps) {
    const fields = step.step === 'text' ? joined.splice(joined.findLastIndex(isNoField) + 1) : [];
    const last = joined.at(-1);
    if (step.step === 'text' && last?.step === 'text') {
      joined[joined.length - 1] = { step: 'text', text: last.text + step.text };
    } else joined.push(step);
    joined.push(...fields);
  }
  return joined;
}

function isNoField({ step }: Step): boolean {
  return step !== 'field';
}

/** Whether a step's operation appends text at its end. */
export function takesText(step: Step): boolean {
  switch (step.step) {
    case 'seq':
    case 'pick':
    case 'repeat':
    case 'integer':
    case 'digits':
    case 'uuid':
    case 'date':
      return true;
    case 'choose':
      return evenPatterns(step.branches) !== undefined || isPlainDraw(step.branches);
    case 'follow':
      return singlePicks(step.branches) !== undefined;
    default:
      return false;
  }
}

/** Whether a choice appends nothing and all its branches are as likely: only which one it is matters. */
export function isPlainDraw(branches: readonly Branch[]): boolean {
  return branches.every(({ weight, steps }) => weight === 1 && steps.length === 0);
}

/** The patterns of a choice among nothing but digits, all with one weight and none remembered. */
export function evenPatterns(branches: readonly Branch[]): string[] | undefined {
  const patterns = branches.map(({ weight, slot, steps: [step, ...more] }) => {
    const plain = weight === 1 && slot === undefined && step?.step === 'digits' && more.length === 0;
    return plain ? step.pattern : undefined;
  });
  return patterns.length > 1 && patterns.every((pattern) => pattern !== undefined) ? patterns : undefined;
}

/** The picks of branches that are nothing else, and remember what they picked in one slot. */
export function singlePicks(branches: readonly (readonly Step[])[]): Pick[] | undefined {
  const picks = branches.map(([step, ...more]) =>
    step?.step === 'pick' && more.length === 0 ? step : undefined,
  );
  const [first] = picks;
  return picks.every((pick) => pick !== undefined && pick.slot === first?.slot)
    ? (picks as Pick[])
    : undefined;
}
