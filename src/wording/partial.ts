/** Says that a part of what is shown is missing. @param missing whose part it is; empty if nothing is missing */
export function partialText(missing: readonly string[]): string {
  return missing.length === 0 ? '' : `partial: no answer of ${missing.join(', ')}`;
}
