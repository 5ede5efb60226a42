/**
 * Copies a text that is shown. A page that came over plain HTTP from another machine has no clipboard: there the text is selected, and
 * copied in the older way.
 *
 * @returns whether it was copied; it is selected in any case but the first
 */
export async function copyText(text: string, shown: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    getSelection()?.selectAllChildren(shown);
    return document.execCommand('copy');
  }
}
