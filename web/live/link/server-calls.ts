import { parseJson } from '../state/json.ts';

/** Calls the API of the server that the page came from. Tokens are in the memory of this tab, and nowhere else. */
export class ServerCalls {
  /** Where the page lies, with a / at the end. */
  readonly base: URL;
  accessToken: string | undefined;
  adminToken: string | undefined;

  constructor(base: URL, accessToken: string | undefined) {
    this.base = base;
    this.accessToken = accessToken;
  }

  get(path: string, signal?: AbortSignal): Promise<Response> {
    return this.#call('GET', path, this.accessToken, signal);
  }

  /** Asks a client to leave. @returns undefined when it has been asked, or else the refusal */
  async dismiss(client: string): Promise<{ readonly status: number; readonly sentence: string } | undefined> {
    try {
      const token = this.adminToken ?? this.accessToken;
      const response = await this.#call('DELETE', `clients/${encodeURIComponent(client)}`, token);
      if (response.ok) return undefined;
      return { status: response.status, sentence: await this.sentence(response) };
    } catch {
      return { status: 0, sentence: 'the server can not be reached' };
    }
  }

  /** Why a call was refused, in the words of the server. */
  async sentence(response: Response): Promise<string> {
    const text = await response.text().catch(() => '');
    const detail = (parseJson(text) as { readonly detail?: unknown } | undefined)?.detail;
    return typeof detail === 'string' ? detail : `the server answered ${response.status}`;
  }

  #call(method: string, path: string, token: string | undefined, signal?: AbortSignal): Promise<Response> {
    return fetch(new URL(path, this.base), {
      method,
      cache: 'no-store',
      headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
      ...(signal === undefined ? {} : { signal }),
    });
  }
}
