import { nodePlatform } from '../../carriage/http/node-platform.ts';
import { EXIT } from '../exit-code.ts';
import { trustedCertificates } from '../option/ca-file.ts';
import { accessToken, adminToken } from '../option/token-option.ts';
import { complain } from '../output/complaint.ts';
import { Shutdown } from '../shutdown.ts';
import { liveAddress } from './live-address.ts';
import { TOP_URL, type TopFlags } from './options.ts';
import { printLines, printOnce } from './printed.ts';
import { TopScreen } from './top-screen.ts';

/** Runs `tidemark top`. */
export async function runTop(given: string | undefined, flags: TopFlags): Promise<void> {
  const address = liveAddress(given ?? TOP_URL, adminToken(flags) ?? accessToken(flags));
  const platform = nodePlatform({ authorization: address.authorization, ca: trustedCertificates(flags) });
  const source = { address, platform };
  if (flags.json) return printLines(source, flags.once ?? false);
  if (flags.once || !process.stdout.isTTY) return printOnce(source);
  const screen = new TopScreen(source);
  const shutdown = new Shutdown(() => screen.stop());
  const { refused, code } = await screen.run();
  if (refused !== undefined) complain(refused);
  await shutdown.exit(refused === undefined ? (shutdown.exitCode ?? code) : EXIT.failure, Promise.resolve());
}
