import { isLoopback } from '../../server/options/loopback.ts';
import { badOption } from '../../wording/usage-error.ts';

const ANY = '*';

interface AllowedTarget {
  readonly hostname: string;
  /** undefined for every port. */
  readonly port: string | undefined;
}

/**
 * Where an agent may send its clients: what a bench tells it to, among the hosts that its operator named, or to its own machine
 * alone. Names are compared as they are written; what they resolve to is nobody's business here.
 */
export class AllowedTargets {
  readonly #targets: readonly AllowedTarget[] | undefined;
  readonly #any: boolean;

  /**
   * @param allowed `HOST`, `HOST:PORT`, or `*` for every host; undefined for this machine alone
   * @throws UsageError for anything else
   */
  constructor(allowed: readonly string[] | undefined) {
    this.#any = allowed?.includes(ANY) ?? false;
    this.#targets = allowed?.filter((each) => each !== ANY).map(parseTarget);
  }

  /** @returns why a URL is none of them, in a sentence; undefined if it is */
  refusal(address: string): string | undefined {
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (url === undefined || !/^wss?:$/.test(url.protocol))
      return 'the server has no ws:// or wss:// address';
    const { hostname } = url;
    if (this.#any) return undefined;
    if (this.#targets === undefined) {
      if (isLoopback(hostname)) return undefined;
      return `its operator lets it send clients to its own machine alone, not to ${url.host}`;
    }
    const isAllowed = this.#targets.some(
      (allowed) =>
        allowed.hostname === hostname && (allowed.port === undefined || allowed.port === portOf(url)),
    );
    if (isAllowed) return undefined;
    return `its operator does not let it send clients to ${url.host}`;
  }
}

/** @throws UsageError */
function parseTarget(text: string): AllowedTarget {
  const [, host = '', port] = /^(\[[^\]]+\]|[^:/?#@\\\s]+)(?::(\d{1,5}))?$/.exec(text) ?? [];
  if (host === '' || !URL.canParse(`ws://${host}`))
    throw badOption('allowTarget', 'HOST, HOST:PORT or *', text);
  return { hostname: new URL(`ws://${host}`).hostname, port };
}

function portOf({ port, protocol }: URL): string {
  return port !== '' ? port : protocol === 'wss:' ? '443' : '80';
}
