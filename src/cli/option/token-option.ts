import { type Command, Option } from 'commander';
import { parseAccessToken } from '../../session/access-token.ts';
import { givenBy } from './named-option.ts';
import { readOptionFile } from './option-file.ts';

/** The options of an access token. */
export interface TokenFlags {
  readonly token?: string;
  readonly tokenFile?: string;
}

/** Adds the options to a command; `what` says what the token is for. */
export function addTokenOptions(command: Command, what: string): Command {
  return command
    .addOption(new Option('--token <text>', `${what}; shows in the list of processes`).conflicts('tokenFile'))
    .option('--token-file <file>', 'file with the access token (default: what TIDEMARK_TOKEN holds)');
}

/**
 * The token from the options, or else from the environment. Commander does not parse it, because its errors would show
 * it.
 *
 * @throws the system's error if the file can't be read, a UsageError for an invalid token
 */
export function accessToken({ token, tokenFile }: TokenFlags): string | undefined {
  if (tokenFile !== undefined) {
    const held = readOptionFile('--token-file', tokenFile).trim();
    return givenBy('accessToken', `the token in --token-file ${tokenFile}`, () => parseAccessToken(held));
  }
  if (token !== undefined) return givenBy('accessToken', '--token', () => parseAccessToken(token));
  const { TIDEMARK_TOKEN: ofEnvironment = '' } = process.env;
  if (ofEnvironment === '') return undefined;
  return givenBy('accessToken', 'TIDEMARK_TOKEN', () => parseAccessToken(ofEnvironment));
}
