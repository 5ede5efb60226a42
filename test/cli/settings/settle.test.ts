import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { complainOf } from '../../../src/cli/output/complaint.ts';
import { isSetElsewhere, wordsSetElsewhere } from '../../../src/cli/output/set-elsewhere.ts';
import { tidemarkProgram } from '../../../src/cli/program.ts';
import { CONFIG_FILE } from '../../../src/cli/settings/config-file.ts';
import { withoutSettings } from '../../../src/cli/settings/without-settings.ts';

/** What the sources do together. That each option has all of them is in every-option.test.ts. */
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-settle-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

/** Calls the command line, whose commands do nothing. @returns the options it would run with, or what it said */
function called(words: readonly string[], variables: Readonly<Record<string, string>> = {}) {
  let told = '';
  const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    told += String(text);
    return true;
  });
  let shown = '';
  const program = tidemarkProgram({ variables, folder });
  let flags: Record<string, unknown> | undefined;
  for (const command of [program, ...program.commands])
    command.exitOverride().configureOutput({
      writeOut: (text) => {
        shown += text;
      },
    });
  for (const command of program.commands)
    command.action(() => {
      flags = command.opts();
    });
  try {
    program.parse([...words], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) complainOf(error);
  }
  write.mockRestore();
  return { flags, told: told.replaceAll(folder, 'FOLDER'), shown };
}

function config(value: unknown, name = CONFIG_FILE): string {
  const path = join(folder, name);
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  return path;
}

describe('a file in the working directory', () => {
  test('is read by itself, and told of, if it sets anything', () => {
    config({ serve: { port: 9000, rate: '5k' }, gen: {} });
    expect(called(['serve'])).toMatchObject({
      flags: { port: 9000, rate: 5000 },
      told: `tidemark: FOLDER/${CONFIG_FILE} sets port, rate (--no-config leaves it out)\n`,
    });
    expect(called(['gen', 'users']).told).toBe('');
    expect(called(['serve', '--port', '1', '--rate', '1']).told).toBe('');
  });

  test('is left out by --no-config, and by any other file', () => {
    config({ serve: { port: 9000 } });
    const other = config({ serve: { seed: 7 } }, 'other.json');
    expect(called(['serve', '--no-config'])).toMatchObject({ flags: { port: 8000 }, told: '' });
    expect(called(['serve', '--config', other])).toMatchObject({ flags: { port: 8000, seed: 7 }, told: '' });
    const variables = { TIDEMARK_CONFIG: other };
    expect(called(['serve'], variables)).toMatchObject({ flags: { port: 8000, seed: 7 }, told: '' });
    expect(called(['serve', '--no-config'], variables)).toMatchObject({ flags: { seed: 1 }, told: '' });
    const own = { ...variables, TIDEMARK_SERVE_CONFIG: config({ serve: { seed: 8 } }, 'own.json') };
    expect(called(['serve'], own).flags).toMatchObject({ seed: 8 });
  });
});

describe('a config file', () => {
  test('may name its schema', () => {
    const file = config(
      { $schema: './node_modules/tidemark/schemas/config.schema.json', serve: { port: 1 } },
      'a.json',
    );
    expect(called(['serve', '--config', file]).flags).toMatchObject({ port: 1 });
  });

  test('may begin with a byte order mark', () => {
    const file = config(`\ufeff${JSON.stringify({ serve: { port: 1 } })}`, 'a.json');
    expect(called(['serve', '--config', file]).flags).toMatchObject({ port: 1 });
  });

  test('has paths relative to itself', () => {
    mkdirSync(join(folder, 'etc'));
    const tls = { 'tls-cert': 'cert.pem', 'tls-key': '/key.pem' };
    const file = config({ serve: tls, report: { out: '-' } }, 'etc/a.json');
    expect(called(['serve', '--config', file]).flags).toMatchObject({
      tlsCert: join(folder, 'etc', 'cert.pem'),
      tlsKey: '/key.pem',
    });
    expect(called(['report', 'run.ndjson', '--config', file]).flags).toMatchObject({ out: '-' });
  });

  test('has lists as text, as a number, or as an array', () => {
    for (const [sizes, parsed] of [
      ['1,20', [1, 20]],
      [
        [1, '2k'],
        [1, 2000],
      ],
      [5, [5]],
    ] as const) {
      const file = config({ bench: { 'block-sizes': sizes, tag: ['a=1,2', 'b=3'] } }, 'a.json');
      expect(called(['bench', '--config', file]).flags).toMatchObject({
        blockSizes: parsed,
        tag: { a: '1,2', b: '3' },
      });
    }
  });

  test.each([
    ['{"serve": {"port": 8000,}}', 'must be JSON, but line 1, column 25 is not'],
    ['{\n  // why\n}', 'must be JSON, but line 2, column 3 is not'],
    ['{"serve": {"token": s3cret}}', 'must be JSON, but it is not'],
    ['', 'must be JSON, but it is not'],
    ['[]', 'must hold an object such as {"serve": {"port": 8000}}, got an array'],
    ['null', 'must hold an object such as {"serve": {"port": 8000}}, got null'],
    ['"s3cret"', 'must hold an object such as {"serve": {"port": 8000}}, got a string'],
    [{ srve: {} }, 'has the unknown key "srve" (Did you mean "serve"?)'],
    [{ token: 's3cret' }, 'has the unknown key "token": those that it may have are serve, connect, '],
    [{ toString: {} }, 'has the unknown key "toString": those that it may have are serve, '],
    ['{"__proto__": {}}', 'has the unknown key "__proto__": those that it may have are serve, '],
  ])('that holds %j is refused, and its text is not shown', (text, sentence) => {
    const { told, flags } = called(['serve', '--config', config(text, 'a.json')]);
    expect(flags).toBe(undefined);
    expect(told).toContain(`tidemark: --config FOLDER/a.json ${sentence}`);
    expect(told).not.toContain('s3cret');
    expect(told.split('\n')).toHaveLength(2);
    expect(called(['serve'], { TIDEMARK_CONFIG: config(text, 'a.json') }).told).toContain(
      `tidemark: TIDEMARK_CONFIG FOLDER/a.json ${sentence}`,
    );
  });

  test.each([
    [{ serve: { prot: 1 } }, 'serve in FOLDER/a.json has the unknown key "prot" (Did you mean "port"?)'],
    [{ serve: { maxClients: 1 } }, 'has the unknown key "maxClients" (Did you mean "max-clients"?)'],
    [
      { connect: { blok: 1 } },
      'connect in FOLDER/a.json has the unknown key "blok" (Did you mean "block-size"?)',
    ],
    [
      { serve: { config: 'x' } },
      'serve in FOLDER/a.json has the unknown key "config": those that it may have',
    ],
    [{ serve: { 'no-json': true } }, 'has the unknown key "no-json" (Did you mean "json"?)'],
    [{ serve: { xyz: 's3cret' } }, 'has the unknown key "xyz": those that it may have are host, port, '],
    [{ serve: [1] }, 'serve in FOLDER/a.json must be an object such as {"port": 8000}, got an array'],
    [{ gen: 's3cret' }, 'gen in FOLDER/a.json must be an object such as {"port": 8000}, got a string'],
    [{ serve: { json: 's3cret' } }, 'serve.json in FOLDER/a.json must be true or false, got a string'],
    [{ serve: { port: [1] } }, 'serve.port in FOLDER/a.json must be a string or a number, got an array'],
    [{ serve: { port: true } }, 'serve.port in FOLDER/a.json must be a string or a number, got true'],
    [{ serve: { token: 1234567 } }, 'serve.token in FOLDER/a.json must be a string, got a number'],
    [{ bench: { rates: [true] } }, 'must be a string, a number, or an array of them, got an array'],
    [{ serve: { token: 's3cret two' } }, undefined],
  ])('with %j is refused whole, whichever command is run', (content, sentence) => {
    const { told } = called(['serve', '--config', config(content, 'a.json')]);
    expect(told).toContain(sentence ?? '');
    expect(told).not.toMatch(/s3cret|1234567/);
  });

  test('that is not there is told of', () => {
    expect(called(['serve', '--config', join(folder, 'absent')]).told).toMatch(
      /^tidemark: --config FOLDER\/absent can't be read: .*ENOENT.*\n$/,
    );
    expect(called(['serve'], { TIDEMARK_CONFIG: folder }).told).toMatch(
      /^tidemark: TIDEMARK_CONFIG FOLDER can't be read: .*\n$/,
    );
  });

  test('that is broken is no reason to show no help', () => {
    config('{');
    expect(called(['serve', '--help'])).toMatchObject({ told: '', shown: expect.stringContaining('Usage:') });
    expect(called(['help', 'serve'], { TIDEMARK_PORT: 'x' }).shown).toContain('Usage: tidemark serve');
  });
});

describe('options that exclude each other', () => {
  test('stand as the place says that counts first', () => {
    const file = [
      '--config',
      config({ connect: { count: 5, rate: 3 }, bench: { rates: [1], count: 7 } }, 'a.json'),
    ];
    expect(called(['connect', ...file, '--blocks', '2']).flags).toMatchObject({ blocks: 2, rate: 3 });
    expect(called(['connect', ...file, '--blocks', '2']).flags).not.toHaveProperty('count');
    expect(called(['connect', ...file, '--resume']).flags).not.toHaveProperty('rate');
    expect(called(['bench', ...file, '--resume', 'run']).flags).not.toHaveProperty('rates');
    expect(called(['bench', ...file], { TIDEMARK_DURATION: '5s' }).flags).not.toHaveProperty('count');
    const variables = { TIDEMARK_TOKEN: 'general', TIDEMARK_SERVE_TOKEN_FILE: 'own' };
    const { flags } = called(['serve', '--no-config'], variables);
    expect(flags).toMatchObject({ tokenFile: 'own' });
    expect(flags).not.toHaveProperty('token');
    expect(called(['serve', '--token-file', 'typed'], { TIDEMARK_TOKEN: 'x' }).flags).not.toHaveProperty(
      'token',
    );
  });

  test('are refused by their names if both are in the same place', () => {
    expect(called(['serve', '--token', 'a', '--token-file', 'b']).told).toBe(
      'tidemark: --token and --token-file exclude each other: give one\n',
    );
    expect(called(['serve'], { TIDEMARK_TOKEN: 'a', TIDEMARK_TOKEN_FILE: 'b' }).told).toBe(
      'tidemark: TIDEMARK_TOKEN and TIDEMARK_TOKEN_FILE exclude each other: give one\n',
    );
  });

  test('are not displaced by a flag that is off', () => {
    const file = ['--config', config({ connect: { rate: 3 } }, 'a.json')];
    expect(called(['connect', ...file, '--no-resume']).flags).toMatchObject({ rate: 3 });
    expect(called(['connect', ...file], { TIDEMARK_RESUME: 'false' }).flags).toMatchObject({ rate: 3 });
  });
});

describe('variables', () => {
  test('satisfy an option that must be given', () => {
    expect(called(['chaos'], { TIDEMARK_TO: 'ws://h' }).flags).toMatchObject({ to: 'ws://h' });
    expect(called(['chaos']).told).toContain('--to');
  });

  test('that somebody else sets are told by their name, and that of the command counts before them', () => {
    const kubernetes = { TIDEMARK_PORT: 'tcp://10.0.0.5:8000', TIDEMARK_PORT_8000_TCP_PORT: '8000' };
    expect(called(['serve'], kubernetes).told).toBe(
      'tidemark: TIDEMARK_PORT must be a whole number from 0 to 65535, got "tcp://10.0.0.5:8000"; TIDEMARK_SERVE_PORT counts before it\n',
    );
    expect(called(['serve'], { ...kubernetes, TIDEMARK_SERVE_PORT: '9000' }).flags).toMatchObject({
      port: 9000,
    });
  });

  test('hold all values of an option that can be repeated', () => {
    const origins = called(['serve'], { TIDEMARK_ALLOW_ORIGIN: 'https://a.org,https://b.org' });
    expect(origins.flags).toMatchObject({ allowOrigin: ['https://a.org', 'https://b.org'] });
    const typed = called(['serve', '--allow-origin', 'https://c.org'], {
      TIDEMARK_ALLOW_ORIGIN: 'https://a.org',
    });
    expect(typed.flags).toMatchObject({ allowOrigin: ['https://c.org'] });
  });

  test('switch a flag on or off, and nothing else', () => {
    expect(called(['serve'], { TIDEMARK_JSON: '1' }).flags).toMatchObject({ json: true });
    expect(isSetElsewhere('--json')).toBe(true);
    expect(called(['serve'], { TIDEMARK_JSON: '0' }).flags).not.toHaveProperty('json');
    expect(isSetElsewhere('--json')).toBe(false);
    expect(called(['serve'], { TIDEMARK_JSON: 'yes' }).told).toBe(
      'tidemark: TIDEMARK_JSON must be true or false, got "yes"\n',
    );
  });

  test('are left out for a tidemark that this one starts', () => {
    const variables = { PATH: '/bin', TIDEMARK_TOKEN: 'x', TIDEMARK_SERVE_PORT: '1', tidemark_port: '2' };
    expect(withoutSettings(variables)).toEqual({ PATH: '/bin', tidemark_port: '2' });
  });
});

test('a command line in place of all variables and files can be told', () => {
  const file = config({ bench: { clients: [1, 5], json: true, plain: false } }, 'a.json');
  called(['bench', '--config', file, '--repeat', '2'], { TIDEMARK_TAG: 'a=1,b=2', TIDEMARK_REPEAT: '9' });
  expect(wordsSetElsewhere()).toEqual(['--tag', 'a=1', '--tag', 'b=2', '--clients', '1,5', '--json']);
  called(['bench', '--no-config']);
  expect(wordsSetElsewhere()).toEqual([]);
});

describe('a variable that sets no option', () => {
  const told = (variables: Readonly<Record<string, string>>, words: readonly string[] = ['serve']) =>
    called(words, variables).told;

  test.each([
    ['TIDEMARK_PROT', ' (Did you mean TIDEMARK_PORT?)'],
    ['TIDEMARK_SERVE_PROT', ' (Did you mean TIDEMARK_SERVE_PORT?)'],
    ['TIDEMARK_TOKN', ' (Did you mean TIDEMARK_TOKEN?)'],
    ['TIDEMARK_SERVE_INSECURE', ' (Did you mean TIDEMARK_SERVE_ALLOW_PUBLIC?)'],
    ['TIDEMARK_SOMETHING_OF_ANOTHER_TOOL', ''],
  ])('%s is told, and breaks nothing', (name, meant) => {
    expect(called(['serve'], { [name]: 's3cret', TIDEMARK_SEED: '7' })).toMatchObject({
      flags: { seed: 7 },
      told: `tidemark: the environment variable ${name} sets no option${meant}\n`,
    });
  });

  test('is not one that sets an option of another command, or is empty', () => {
    expect(told({ TIDEMARK_BLOCK_SIZE: '5', TIDEMARK_BENCH_CLIENTS: '1,5', TIDEMARK_PROT: '' })).toBe('');
    expect(told({ tidemark_port: '1', TIDEMARKS: '1' })).toBe('');
  });

  test('is not one that Kubernetes or Docker makes of a service', () => {
    const service = {
      TIDEMARK_SERVICE_HOST: '10.0.0.1',
      TIDEMARK_SERVICE_PORT: '8000',
      TIDEMARK_SERVICE_PORT_HTTP: '8000',
      TIDEMARK_WEB_PORT: 'tcp://10.0.0.1:8000',
      TIDEMARK_PORT_8000_TCP: 'tcp://10.0.0.1:8000',
      TIDEMARK_PORT_8000_TCP_ADDR: '10.0.0.1',
      TIDEMARK_PORT_8000_TCP_PORT: '8000',
      TIDEMARK_PORT_8000_TCP_PROTO: 'tcp',
    };
    expect(told(service)).toBe('');
  });

  test('is one of few that are told', () => {
    const many = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`TIDEMARK_X_${i}_Y_Z_W`, '1']));
    const lines = told(many).trimEnd().split('\n');
    expect([lines.length, lines.at(-1)]).toEqual([
      6,
      'tidemark: and so do 7 more environment variables that begin with TIDEMARK_',
    ]);
  });
});

test('a variable of every command whose value is not for this one is told which counts before it', () => {
  expect(called(['connect', 'ws://127.0.0.1:1'], { TIDEMARK_CLIENTS: '1,5' }).told).toMatch(
    /^tidemark: TIDEMARK_CLIENTS must be .*, got "1,5"; TIDEMARK_CONNECT_CLIENTS counts before it\n/,
  );
});
