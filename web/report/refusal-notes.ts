import type { Refused } from '../../src/analysis/estimate/estimate.ts';

/** One sentence for each reason, with all that it was given for. */
export function refusalNotes(
  what: string,
  models: readonly { readonly of: string; readonly fit: object | Refused }[],
): string[] {
  const byReason = new Map<string, string[]>();
  for (const { of, fit } of models) {
    if (!('refused' in fit) || typeof fit.refused !== 'string') continue;
    byReason.set(fit.refused, [...(byReason.get(fit.refused) ?? []), of]);
  }
  const refused = [...byReason.values()].flat().length;
  return [...byReason].map(([reason, names]) => {
    const whom = refused === models.length && byReason.size === 1 ? '' : ` for ${names.join(', ')}`;
    return `${what}${whom}: ${reason}.`;
  });
}
