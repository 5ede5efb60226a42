import { badOption } from '../../wording/usage-error.ts';

/** The unreserved characters of RFC 3986, which no intermediary rewrites. */
const SEGMENT = /^[A-Za-z0-9._~-]+$/;

/**
 * The path under which a server answers, such as `/feeds`. Behind a proxy that routes by path and passes the path on, a server
 * has only some of the host's paths.
 */
export class BasePath {
  /** Such as `/feeds`; empty if there is no base path. */
  readonly prefix: string;

  /** @param text `/` means the same as an empty text. @throws UsageError if it is no such path */
  constructor(text: string) {
    const prefix = text.replace(/\/$/, '');
    const segments = prefix.split('/');
    const isPath = segments.shift() === '' && segments.every((each) => SEGMENT.test(each) && !isDots(each));
    if (prefix !== '' && !isPath) {
      throw badOption('basePath', 'a path such as /feeds, of letters, digits and -._~ between slashes', text);
    }
    this.prefix = prefix;
  }

  /** The target without the base path, such as `/users?seed=7`; undefined if it is elsewhere. */
  below(target: string): string | undefined {
    if (!target.startsWith(this.prefix)) return undefined;
    const rest = target.slice(this.prefix.length);
    if (rest === '' || rest.startsWith('?')) return `/${rest}`;
    return rest.startsWith('/') ? rest : undefined;
  }

  /** The sentence for a request that is elsewhere. */
  get fault(): string {
    return `this server answers below ${this.prefix}: ask for a stream as ${this.prefix}/users`;
  }
}

/** Whoever resolves a URL removes such segments. */
function isDots(segment: string): boolean {
  return segment === '.' || segment === '..';
}
