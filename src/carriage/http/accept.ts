/** One entry of an `Accept` header. */
interface MediaRange {
  readonly type: string;
  readonly subtype: string;
  /** From 0 (not acceptable) to 1. */
  readonly quality: number;
}

/**
 * The offered media type that a request's `Accept` prefers (RFC 9110, section 12.5.1). Between types of the same quality, the one
 * named first wins; between types matched only by `*`, the one offered first.
 *
 * @param accept undefined accepts anything
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

/** The range that decides about a media type: the most specific that matches it. */
function rangeOf(mediaType: string, ranges: readonly MediaRange[]): MediaRange | undefined {
  const [type, subtype] = mediaType.split('/');
  const find = (wantedType = '*', wantedSubtype = '*') =>
    ranges.find((range) => range.type === wantedType && range.subtype === wantedSubtype);
  return find(type, subtype) ?? find(type) ?? find();
}

/** Malformed entries are ignored. An empty header accepts anything, like a missing one. */
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
