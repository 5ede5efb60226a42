import { extname } from 'node:path';
import { badOption } from '../../wording/usage-error.ts';

/** What the name of a file ends with, where that is not the name of the format. */
const ENDINGS: Readonly<Record<string, string>> = { text: 'txt' };

/**
 * The format that the name after --out ends with.
 *
 * @param otherwise where there is no name, or one without an ending
 * @throws UsageError for an ending that is no format's
 */
export function outFormat<Format extends string>(
  formats: readonly Format[],
  path: string | undefined,
  otherwise: Format,
): Format {
  const ending = extname(path ?? '')
    .slice(1)
    .toLowerCase();
  if (ending === '') return otherwise;
  const format = formats.find((each) => each === ending || ENDINGS[each] === ending);
  if (format !== undefined) return format;
  const endings = formats.map((each) => `.${ENDINGS[each] ?? each}`).join(', ');
  throw badOption('out', `a name that ends with one of ${endings}, or have --format beside it`, path ?? '');
}
