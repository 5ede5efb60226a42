import { basename, extname } from 'node:path';
import { badOption } from '../../wording/usage-error.ts';

/** File extensions that differ from the format's name. */
const ENDINGS: Readonly<Record<string, string>> = { text: 'txt' };

/**
 * The format by the extension of the file after --out.
 *
 * @param otherwise for no name, or one without an extension
 * @throws UsageError for an extension of no format
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
  throw badOption(
    'out',
    `a name that ends with one of ${endings}, or have --format beside it`,
    basename(path ?? ''),
  );
}
