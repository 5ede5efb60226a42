/** How much of somebody's text fits into a sentence, in characters. */
const MOST_CHARACTERS = 200;

/**
 * The part of a foreign answer that fits into a sentence: the title of an HTML page, as gateways send one, else the
 * first line.
 */
export function refusalText(text: string): string {
  const page = /<(?:!doctype|html|head|title|body)\b/i.test(text);
  const said = page ? (/<title[^>]*>([^<]*)/i.exec(text)?.[1] ?? '') : (text.trim().split(/[\r\n]/)[0] ?? '');
  const line = said.replaceAll(/\s+/g, ' ').trim();
  return line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS - 1)}…` : line;
}
