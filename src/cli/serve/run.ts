import { hostname } from 'node:os';
import type { ServeOptions } from '../../server/options/serve-options.ts';
import type { TidemarkServer } from '../../server/tidemark-server.ts';
import { VERSION } from '../../version.ts';
import { conflictingOption } from '../../wording/usage-error.ts';
import { serve } from '../../workers/serve.ts';
import { EXIT } from '../exit-code.ts';
import { listenError } from '../listen-error.ts';
import { warnOfFaults } from '../option/fault-warnings.ts';
import { natsAccess } from '../option/nats-access.ts';
import { appendToOptionFile } from '../option/option-file.ts';
import { secretSeedBytes } from '../option/secret-seed-file.ts';
import { accessToken, adminToken } from '../option/token-option.ts';
import { colours } from '../output/colours.ts';
import { complain, complainOfOutput } from '../output/complaint.ts';
import { Output } from '../output/output.ts';
import { durationText, rateText } from '../output/wording.ts';
import { Shutdown } from '../shutdown.ts';
import type { ServeFlags } from './options.ts';
import { ServerConsole } from './server-console.ts';
import { readTlsFiles, reloadTlsOnHangUp } from './tls-files.ts';

/** Runs `tidemark serve`. */
export async function runServe(flags: ServeFlags): Promise<void> {
  let server: TidemarkServer | undefined;
  const output = new Output({
    json: flags.json ?? false,
    eventsFile: flags.receipts === undefined ? undefined : appendToOptionFile('--receipts', flags.receipts),
    hooks: {
      full: (full) => server?.holdInput(full),
      broken: (error) => {
        complainOfOutput(error);
        process.exitCode = EXIT.failure;
        void stop();
      },
    },
  });
  const shown = new ServerConsole(output);
  warnOfFaults(flags.chaos);
  // With TLS files to reload, SIGHUP means that.
  const shutdown = new Shutdown(() => void stop(), { hangUp: flags.tlsCert === undefined });
  const options: ServeOptions = {
    host: flags.host,
    port: flags.port,
    seed: flags.seed,
    secretSeed: secretSeedBytes(flags),
    ratePerSecond: flags.rate,
    heartbeatMs: flags.ping,
    ...(flags.encoders === undefined ? {} : { encoders: flags.encoders }),
    workers: flags.workers,
    ...(flags.chaos === undefined ? {} : { chaos: flags.chaos }),
    ...(flags.basePath === undefined ? {} : { basePath: flags.basePath }),
    accessToken: accessToken(flags),
    adminToken: adminToken(flags),
    allowPublic: flags.allowPublic ?? false,
    allowOrigins: flags.allowOrigin ?? [],
    maxClients: flags.maxClients,
    maxClientsPerAddress: flags.maxClientsPerAddress,
    tls: readTlsFiles(flags),
    onEvent: (event) => {
      if (event.event === 'listening') for (const line of greeting(event.url, flags)) output.text(line);
      shown.show(event, Date.now());
      if (event.event === 'worker' && event.state === 'given up')
        fail(`worker ${event.worker} can't be kept up: ${event.text}`);
      if (event.event === 'cluster' && event.state === 'replaced') fail(event.text);
    },
  };
  server = await start(options, flags).catch((error: unknown) => {
    throw listenError(error, flags);
  });
  if (flags.tlsCert !== undefined) reloadTlsOnHangUp(server, flags, (line) => output.text(line));
  setInterval(() => shown.tick(Date.now()), 1000);

  /** It stops by itself. */
  function fail(why: string): void {
    complain(why);
    process.exitCode = EXIT.failure;
    void stop();
  }

  async function stop(): Promise<void> {
    await server?.close();
    await shutdown.exit(undefined, output.flush());
  }
}

/** What serves as one of several nodes is loaded only if it is asked for. */
async function start(options: ServeOptions, flags: ServeFlags): Promise<TidemarkServer> {
  if (flags.nats === undefined) return serve(options);
  if (flags.workers !== 1) {
    throw conflictingOption(
      'workers',
      (nameOf) => `with ${nameOf('nats')}, which joins one process to others: start a node for each core`,
      String(flags.workers),
    );
  }
  const { serveOnNats } = await import('../../cluster/serve-on-nats.ts');
  const node = flags.node ?? hostname().split('.')[0] ?? '';
  return serveOnNats(options, { nats: flags.nats, node, access: natsAccess(flags) });
}

function greeting(url: string, { seed, secretSeedFile, rate: perSecond, ping }: ServeFlags): string[] {
  const pace = rateText(Number.isFinite(perSecond) ? perSecond : 'max');
  const settings = `seed ${secretSeedFile === undefined ? seed : 'secret'}, rate ${pace}, ping ${durationText(ping)}`;
  return [
    `tidemark ${VERSION} serves users, arrays and bytes on ${colours.bold(url)} and over HTTP (${settings}); Ctrl-C stops it`,
    `the page is ${colours.bold(`${url.replace(/^ws/, 'http')}/`)}, and tidemark top shows the same in a terminal`,
  ];
}
