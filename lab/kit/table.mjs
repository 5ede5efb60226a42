/** Lays out a table as text. */

const GAP = '  ';

/**
 * @template Row
 * @typedef {object} Column
 * @property {string} title
 * @property {(row: Row) => string | number} cell
 * @property {boolean} [right] whether it is set flush right; not by default
 * @property {number} [width] in characters: what is longer is cut; by default that of its longest text
 */

/**
 * Returns the lines of a table: titles, a rule, a line for each row, and a rule.
 *
 * @template Row
 * @param {readonly Column<Row>[]} columns
 * @param {readonly Row[]} rows
 */
export function table(columns, rows) {
  const laid = columns.map(({ title, cell, right = false, width }) => {
    const texts = [title, ...rows.map((row) => String(cell(row)))];
    const wide = width ?? Math.max(...texts.map(({ length }) => length));
    return {
      texts: texts.map((text) => {
        const cut = text.length > wide ? `${text.slice(0, wide - 1)}…` : text;
        return right ? cut.padStart(wide) : cut.padEnd(wide);
      }),
      rule: '─'.repeat(wide),
    };
  });
  const line = (/** @type {number} */ index) =>
    laid
      .map(({ texts }) => texts[index])
      .join(GAP)
      .trimEnd();
  const rule = laid.map((column) => column.rule).join(GAP);
  return [line(0), rule, ...rows.map((_, index) => line(index + 1)), rule];
}
