import { badOption } from '../../wording/usage-error.ts';

/** Letters, digits and `-._~`, which nothing on the way writes in another form. */
const SEGMENT = /^[A-Za-z0-9._~-]+$/;

/**
 * The path under which a server answers, as in `/feeds`: behind a proxy that routes by path, and passes it on, the server has
 * only a part of a host's paths.
 */
export class BasePath {
  /** `/feeds`, or nothing. */
  readonly prefix: string;

  /** @throws UsageError for what is no such path; `/` and nothing are the same */
  constructor(text: string) {
    const prefix = text.replace(/\/$/, '');
    const segments = prefix.split('/');
    const isPath = segments.shift() === '' && segments.every((each) => SEGMENT.test(each) && !isDots(each));
    if (prefix !== '' && !isPath) {
      throw badOption('basePath', 'a path such as /feeds, of letters, digits and -._~ between slashes', text);
    }
    this.prefix = prefix;
  }

  /** The request target below it, as in `/users?seed=7`; undefined for one that is elsewhere. */
  below(target: string): string | undefined {
    if (!target.startsWith(this.prefix)) return undefined;
    const rest = target.slice(this.prefix.length);
    if (rest === '' || rest.startsWith('?')) return `/${rest}`;
    return rest.startsWith('/') ? rest : undefined;
  }

  /** Why what is elsewhere is not found, as a sentence. */
  get fault(): string {
    return `this server answers below ${this.prefix}: ask for a stream as ${this.prefix}/users`;
  }
}

/** A URL with such a segment is another one to whoever resolves it. */
function isDots(segment: string): boolean {
  return segment === '.' || segment === '..';
}
