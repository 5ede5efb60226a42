import { NatsFailure } from './nats-failure.ts';

/** The packages that speak with NATS: their types are here, and they are loaded when they are asked for. */
type Packages = [
  typeof import('@nats-io/transport-node'),
  typeof import('@nats-io/jetstream'),
  typeof import('@nats-io/kv'),
];

/** What users install besides Tidemark, in the version that it is tested with. */
const INSTALL = [
  'npm install @nats-io/transport-node@3.3.1',
  '@nats-io/jetstream@3.3.1 @nats-io/kv@3.3.1',
].join(' ');

export interface NatsPackages {
  readonly core: Packages[0];
  readonly jetstream: Packages[1];
  readonly kv: Packages[2];
}

/** Loads them. @throws NatsFailure that says how to install them */
export async function loadNats(load: () => Promise<Packages> = loadPackages): Promise<NatsPackages> {
  try {
    const [core, jetstream, kv] = await load();
    return { core, jetstream, kv };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new NatsFailure(
      `NATS needs packages that are not installed: ${INSTALL}, with -g where tidemark is installed so`,
      { lasting: true, cause: error },
    );
  }
}

function loadPackages(): Promise<Packages> {
  return Promise.all([
    import('@nats-io/transport-node'),
    import('@nats-io/jetstream'),
    import('@nats-io/kv'),
  ]);
}
