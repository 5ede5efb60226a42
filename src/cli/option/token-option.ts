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
    .addOption(
      new Option('--token <token>', `${what}; typed, it shows in the list of processes`).conflicts(
        'tokenFile',
      ),
    )
    .option('--token-file <file>', 'file with the access token');
}

/** The options of the admin's token. */
export interface AdminTokenFlags {
  readonly adminToken?: string;
  readonly adminTokenFile?: string;
}

/** Adds the options to a command. */
export function addAdminTokenOptions(command: Command): Command {
  const what = 'token of who may ask clients to leave; typed, it shows in the list of processes';
  return command
    .addOption(new Option('--admin-token <token>', what).conflicts('adminTokenFile'))
    .option('--admin-token-file <file>', 'file with the admin token');
}

/** The same as `accessToken`, for the admin's. */
export function adminToken({ adminTokenFile, adminToken: text }: AdminTokenFlags): string | undefined {
  return tokenOf('adminToken', '--admin-token', { file: adminTokenFile, text });
}

/**
 * The token from the options. Commander does not parse it, because its errors would show
 * it.
 *
 * @throws the system's error if the file can't be read, a UsageError for an invalid token
 */
export function accessToken({ token, tokenFile }: TokenFlags): string | undefined {
  return tokenOf('accessToken', '--token', { file: tokenFile, text: token });
}

function tokenOf(
  option: 'accessToken' | 'adminToken',
  flag: string,
  given: { readonly file: string | undefined; readonly text: string | undefined },
): string | undefined {
  const parsed = (text: string, from: string) => givenBy(option, from, () => parseAccessToken(text, option));
  if (given.file !== undefined) {
    const held = readOptionFile(`${flag}-file`, given.file).trim();
    return parsed(held, `the token in ${flag}-file ${given.file}`);
  }
  return given.text === undefined ? undefined : parsed(given.text, flag);
}
