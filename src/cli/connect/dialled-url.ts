import { InvalidArgumentError } from 'commander';
import { CLIENT_DEFAULTS } from '../../client/run/defaults.ts';
import { parseFrom } from '../../delivery/delivery-request.ts';
import { checkStreamName, streamAddress } from '../../session/stream-request.ts';
import { redactedUrl } from '../../wording/secrets.ts';
import { ofOption } from '../option/named-option.ts';
import { isSetElsewhere } from '../output/set-elsewhere.ts';
import type { ConnectFlags } from './options.ts';

type DialledFlags = Pick<ConnectFlags, 'resume' | 'plain' | 'stream' | 'rate' | 'profile' | 'from'>;

/**
 * The URLs with what the options add to them. Undefined leaves them to the log of a resumed run.
 */
export function dialledUrls(given: readonly string[], flags: DialledFlags): readonly string[] | undefined {
  if (given.length > 0) return given.map((each) => dialledUrl(each, flags));
  return flags.resume ? undefined : [dialledUrl(undefined, flags)];
}

/** One of them, the stream below its base path. */
export function dialledUrl(given: string | undefined, flags: DialledFlags): string {
  const { rate: perSecond, profile: spread } = flags;
  const from = flags.plain ? undefined : flags.from;
  const stream = flags.plain || isNamed(given) ? undefined : flags.stream; // it is dialled as it is
  if ((stream ?? perSecond ?? spread ?? from) === undefined) return given ?? CLIENT_DEFAULTS.url;
  if (from !== undefined) ofOption('--from', () => parseFrom(from));
  if (stream !== undefined) ofOption('--stream', () => checkStreamName(stream));
  const url = new URL(
    given ?? (stream === undefined ? CLIENT_DEFAULTS.url : new URL('/', CLIENT_DEFAULTS.url)),
  );
  if (stream !== undefined) {
    const { basePath, named } = streamAddress(url.href);
    if (named) {
      const both = `by --stream ${stream} and in ${redactedUrl(url.href)}`;
      throw new InvalidArgumentError(
        `the stream is given twice, ${both}: give one, or --plain, which dials the URL as it is`,
      );
    }
    const [kind = '', query = ''] = stream.replace(/^\/+/, '').split(/\?(.*)/s);
    url.pathname = `${basePath}/${kind}`;
    for (const [name, value] of new URLSearchParams(query)) setOnce(url, name, value, '--stream');
  }
  if (perSecond !== undefined) setOnce(url, 'rate', Number.isFinite(perSecond) ? String(perSecond) : 'max');
  if (spread !== undefined) setOnce(url, 'profile', spread);
  if (from !== undefined) setOnce(url, 'from', from);
  return url.href;
}

/** Whether a URL names its stream, and so counts before one that was not typed. */
function isNamed(url: string | undefined): boolean {
  return url !== undefined && isSetElsewhere('--stream') && streamAddress(url).named;
}

function setOnce(url: URL, name: string, value: string, option = `--${name}`): void {
  if (url.searchParams.has(name)) {
    throw new InvalidArgumentError(`${name} is given twice, by ${option} and in the URL: give it once`);
  }
  url.searchParams.set(name, value);
}
