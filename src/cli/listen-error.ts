import { UsageError } from '../wording/usage-error.ts';

/** The options for where a server listens. */
interface ListenFlags {
  readonly host: string;
  readonly port: number;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  /** The option for both, if there is only one. */
  readonly option?: string;
}

/** Why a server could not start, in terms of the options; other errors are returned unchanged. */
export function listenError(error: unknown, { host, port, tlsCert, tlsKey, option }: ListenFlags): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  const sentence = sentenceOf(String(error.code), host, port, option);
  if (sentence !== undefined)
    return Object.assign(new Error(sentence, { cause: error }), { code: error.code });
  if (!(error instanceof UsageError && error.option === 'tls')) return error;
  const files = `--tls-cert ${tlsCert}, --tls-key ${tlsKey}`;
  return Object.assign(new Error(`${error.message} (${files})`, { cause: error }), { code: error.code });
}

function sentenceOf(code: string, host: string, port: number, option?: string): string | undefined {
  const portGiven = option === undefined ? `--port ${port}` : `port ${port} of ${option}`;
  const hostGiven = option === undefined ? `--host ${host}` : `${host} of ${option}`;
  switch (code) {
    case 'EADDRINUSE':
      return `${portGiven} is taken: another process listens on ${host}:${port} (0 takes a free one)`;
    case 'EACCES':
      return `${portGiven} is not allowed to this user: ports from 1024 on are (0 takes a free one)`;
    case 'EADDRNOTAVAIL':
      return `${hostGiven} is no address of this machine (127.0.0.1, or 0.0.0.0 for all of them)`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${hostGiven} is a name that leads to no address (${code})`;
    default:
      return undefined;
  }
}
