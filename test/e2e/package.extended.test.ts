import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { describe, expect, test } from 'vitest';
import { outcome, Process, temporaryFolder } from './processes.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

async function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  const { code, stdout, stderr } = await outcome(new Process(command, args, { cwd }));
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} exited with ${code}:\n${stdout}\n${stderr}`);
  return stdout;
}

/** Packs the checkout as it is built, and gives the path of the package. */
async function pack(folder: string): Promise<string> {
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], root);
  const [name = ''] = readdirSync(folder).filter((file) => file.endsWith('.tgz'));
  return join(folder, name);
}

describe('the package', () => {
  test('works when it is installed elsewhere: command, library, schemas', { timeout: 120_000 }, async () => {
    const packed = await pack(temporaryFolder());
    const elsewhere = temporaryFolder();
    writeFileSync(join(elsewhere, 'package.json'), '{"private": true, "type": "module"}\n');
    await run('npm', ['install', '--no-audit', '--no-fund', packed], elsewhere);
    const generated = await run('npx', ['tidemark', 'gen', 'users?seed=7', '--count', '1'], elsewhere);
    expect(JSON.parse(generated)).toMatchObject({ seq: 0, name: 'Christie Green' });
    const program = `
      import { connect, serve } from 'tidemark';
      const server = await serve({ port: 0 });
      const run = connect(server.url + '/bytes?rate=max', { block: 10, count: 100 }).start();
      console.log((await run.closed).verdict);
      await server.close();`;
    writeFileSync(join(elsewhere, 'program.js'), program);
    expect(await run(process.execPath, ['program.js'], elsewhere)).toBe('proved');
    // Packages that only some need are not installed with it, and are named to who needs them.
    await expect(run('npx', ['tidemark', 'connect', 'nats://127.0.0.1:1/feed'], elsewhere)).rejects.toThrow(
      'npm install @nats-io/transport-node@',
    );
    expect(existsSync(join(elsewhere, 'node_modules/tidemark/schemas/log.schema.json'))).toBe(true);
    expect(existsSync(join(elsewhere, 'node_modules/tidemark/src'))).toBe(false);
  });

  test('is what publint and are-the-types-wrong call right', { timeout: 120_000 }, async () => {
    const packed = await pack(temporaryFolder());
    await run('npx', ['publint', 'run', packed, '--strict'], root);
    await run('npx', ['attw', packed, '--profile', 'esm-only'], root);
  });
});

test('npx in a checkout that is not built says what to do, and works when that is done', {
  timeout: 120_000,
}, async () => {
  const checkout = temporaryFolder();
  for (const name of ['package.json', 'scripts'])
    cpSync(join(root, name), join(checkout, name), { recursive: true });
  const env = { ...process.env, npm_config_cache: temporaryFolder() };
  const npx = () => outcome(new Process('npx', ['tidemark', '--version'], { cwd: checkout, env }));
  for (let attempt = 0; attempt < 2; attempt++) {
    const { code, stderr } = await npx();
    expect(stderr).toContain(`tidemark: this checkout is not built yet: run npm ci in ${checkout} first`);
    expect(code).toBe(1);
  }
  for (const name of ['dist', 'node_modules']) {
    rmSync(join(checkout, name), { recursive: true, force: true });
    symlinkSync(join(root, name), join(checkout, name));
  }
  writeFileSync(join(checkout, 'scripts', 'prepare.mjs'), ''); // it is built
  expect((await npx()).stdout).toMatch(/^\d+\.\d+\.\d+$/m);
});

test.each(['esm', 'cjs'] as const)(
  'an application that uses the library can be bundled, as %s',
  {
    timeout: 120_000,
  },
  async (format) => {
    const app = temporaryFolder();
    mkdirSync(join(app, 'node_modules'));
    symlinkSync(root, join(app, 'node_modules', 'tidemark'));
    const program = `
    import { connect, serve } from 'tidemark';
    (async () => {
      const server = await serve({ port: 0, encoders: 2 });
      const run = connect(server.url + '/users?rate=max', { block: 100, count: 20000 });
      console.log((await run.closed).verdict);
      await server.close();
    })();`;
    writeFileSync(join(app, 'main.js'), program);
    const elsewhere = temporaryFolder(); // with no package.json above it
    const name = format === 'esm' ? 'main.mjs' : 'main.cjs';
    const bundle = await rolldown({ input: join(app, 'main.js'), platform: 'node', logLevel: 'silent' });
    await bundle.write({ dir: elsewhere, format, entryFileNames: name });
    expect(await run(process.execPath, [name], elsewhere)).toBe('proved');
  },
);

test.each([
  { entry: 'tidemark', lib: ['es2022'] },
  { entry: 'tidemark/browser', lib: ['es2022'] },
  { entry: 'tidemark/browser', lib: ['es2022', 'dom', 'dom.iterable'] },
])('the types of $entry need no others, with $lib', { timeout: 120_000 }, async ({ entry, lib }) => {
  const app = temporaryFolder();
  mkdirSync(join(app, 'node_modules', 'tidemark'), { recursive: true });
  for (const name of ['dist', 'package.json'])
    cpSync(join(root, name), join(app, 'node_modules', 'tidemark', name), { recursive: true });
  writeFileSync(join(app, 'package.json'), '{"type":"module"}');
  writeFileSync(
    join(app, 'main.ts'),
    `import * as tidemark from '${entry}';\nexport const all: object = tidemark;\n`,
  );
  const compilerOptions = {
    ...{ noEmit: true, strict: true, target: 'es2022', lib, types: [], skipLibCheck: false },
    ...{ module: 'nodenext', moduleResolution: 'nodenext' },
  };
  writeFileSync(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['main.ts'] }));
  await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', app], app);
});
