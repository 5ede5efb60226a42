import { expect, test } from 'vitest';
import { loadNats } from '../../../src/carriage/nats/nats-packages.ts';

test('a missing package is said with the command that installs it', async () => {
  const missing = Object.assign(new Error("Cannot find package '@nats-io/kv'"), {
    code: 'ERR_MODULE_NOT_FOUND',
  });
  await expect(loadNats(() => Promise.reject(missing))).rejects.toThrow(
    'NATS needs packages that are not installed: npm install @nats-io/transport-node@3.3.1 @nats-io/jetstream@3.3.1 @nats-io/kv@3.3.1, with -g where tidemark is installed so',
  );
});

test('the command that is said installs what it is tested with', async () => {
  const { devDependencies } = (await import('../../../package.json', { with: { type: 'json' } })).default;
  const failure = await loadNats(() =>
    Promise.reject(Object.assign(new Error(), { code: 'ERR_MODULE_NOT_FOUND' })),
  ).catch((error: Error) => error.message);
  const packages = Object.entries(devDependencies).filter(([name]) => name.startsWith('@nats-io/'));
  expect(packages).toHaveLength(3);
  for (const [name, version] of packages) expect(failure).toContain(`${name}@${version}`);
});
