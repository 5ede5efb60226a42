/** One entry of an `Accept` header. */
interface MediaRange {
  readonly type: string;
  readonly subtype: string;
  /** From 0, which is not acceptable, to 1. */
  readonly quality: number;
}

/**
 * The media type that a request's `Accept` prefers (RFC 9110, section 12.5.1): of those of the same quality, the one that is
 * named first, and of those that only a `*` names, the first that is offered.
 *
 * @param accept undefined accepts all
 * @returns undefined if none is acceptable
 */
export function mostAccepted(accept: string | undefined, offered: readonly string[]): string | undefined {
  const ranges = parseAccept(accept ?? '*/*');
  let best: { readonly mediaType: string; readonly quality: number; readonly place: number } | undefined;
  for (const mediaType of offered) {
    const range = rangeOf(mediaType, ranges);
    if (range === undefined || range.quality === 0) continue;
    const { quality } = range;
    const place = range.subtype === '*' ? ranges.length : ranges.indexOf(range);
    if (best === undefined || quality > best.quality || (quality === best.quality && place < best.place)) {
      best = { mediaType, quality, place };
    }
  }
  return best?.mediaType;
}

/** The range that says how acceptable a media type is: the most exact of those that it is in. */
function rangeOf(mediaType: string, ranges: readonly MediaRange[]): MediaRange | undefined {
  const [type, subtype] = mediaType.split('/');
  const find = (wantedType = '*', wantedSubtype = '*') =>
    ranges.find((range) => range.type === wantedType && range.subtype === wantedSubtype);
  return find(type, subtype) ?? find(type) ?? find();
}

/** What can't be understood is left out. Nothing at all accepts all, as if the header were not there. */
function parseAccept(accept: string): MediaRange[] {
  if (accept.trim() === '') return [{ type: '*', subtype: '*', quality: 1 }];
  return accept.split(',').flatMap((entry) => {
    const [range = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase());
    const [, type, subtype] = /^([^/\s]+)\/([^/\s]+)$/.exec(range) ?? [];
    if (type === undefined || subtype === undefined) return [];
    return [{ type, subtype, quality: qualityOf(parameters) }];
  });
}

function qualityOf(parameters: readonly string[]): number {
  const weight = parameters.find((parameter) => /^q\s*=/.test(parameter));
  if (weight === undefined) return 1;
  const quality = Number(weight.replace(/^q\s*=\s*/, ''));
  return quality >= 0 && quality <= 1 ? quality : 0;
}
