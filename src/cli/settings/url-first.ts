import { flagOfAttribute } from '../output/flag.ts';
import { isSetElsewhere } from '../output/set-elsewhere.ts';

/** Parameters of a URL, and the options that say the same. */
const OPTIONS_OF: Readonly<Record<string, readonly string[]>> = {
  access_token: ['token', 'tokenFile'],
  client: ['client'],
  count: ['count', 'blocks'],
  from: ['from'],
  profile: ['profile'],
  rate: ['rate'],
};

/**
 * The options of a command without those that its URL, or stream, has as parameters and that were not typed: what is
 * typed counts first, and a URL is.
 */
export function withUrlFirst<Flags extends object>(url: string | undefined, flags: Flags): Flags {
  const parameters = new URLSearchParams(url?.split(/\?(.*)/s)[1] ?? '');
  const said = Object.entries(OPTIONS_OF).flatMap(([name, options]) => (parameters.has(name) ? options : []));
  const standing = Object.entries(flags).filter(
    ([option]) => !said.includes(option) || !isSetElsewhere(flagOfAttribute(option)),
  );
  return Object.fromEntries(standing) as Flags;
}
