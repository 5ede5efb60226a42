import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { complainOf } from '../../src/cli/output/complaint.ts';
import { tidemarkProgram } from '../../src/cli/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidemark-bad-options-'));
afterAll(() => rmSync(folder, { recursive: true }));
const absent = join(folder, 'absent', 'file');
const junk = join(folder, 'junk.txt');
writeFileSync(junk, 'ä\n');
chmodSync(junk, 0o600);

/** What must be there besides for a command to look at its options: nobody listens at the address. */
const OPERANDS: Readonly<Record<string, readonly string[]>> = {
  connect: ['ws://127.0.0.1:1'],
  gen: ['users'],
  verify: ['users', junk],
  report: [junk],
  compare: [junk, junk],
  chaos: ['--to', 'ws://127.0.0.1:1'],
  agent: ['--nats', 'nats://127.0.0.1:1'],
  publish: ['users', '--to', 'nats://127.0.0.1:1/feed'],
};

/** A value, the other options that it needs, and what of it must be quoted, if not the whole. */
type BadValue =
  | string
  | { readonly value: string; readonly beside: readonly string[]; readonly quoted?: string };

const TOO_LONG = '9999999999999999999999';
const token = { value: 'two words', beside: [], quoted: '' }; // a secret is not shown
const secret = { value: junk, beside: [], quoted: '' };
const natsOptions = {
  '--nats-creds': [absent, secret],
  '--nats-token-file': secret,
  '--nats-nkey-file': [absent, secret],
  '--nats-ca': [absent, secret],
  '--nats-cert': [absent, secret],
  '--nats-key': [absent, secret],
};
/** Of a server they matter only where it is one of several nodes. */
const ofNode = (
  values: Readonly<Record<string, string | typeof secret | readonly (string | typeof secret)[]>>,
) =>
  Object.fromEntries(
    Object.entries(values).map(([flag, value]) => [
      flag,
      [value].flat().map((each) => ({
        ...(typeof each === 'string' ? { value: each } : each),
        beside: ['--nats', 'nats://127.0.0.1:1'],
      })),
    ]),
  );
const tokens = { '--token': token, '--token-file': junk };

/** For every option that has a value, values that it can't have. */
const BAD_VALUES: Readonly<Record<string, Readonly<Record<string, BadValue | readonly BadValue[]>>>> = {
  serve: {
    ...tokens,
    '--admin-token': token,
    '--admin-token-file': junk,
    '--host': '192.0.2.1',
    '--port': ['-1', '65536', 'http', ''],
    '--base-path': 'feeds',
    '--secret-seed-file': [absent, junk],
    '--seed': ['-1', '1.5', TOO_LONG],
    '--rate': ['0', '-5', '1/0s', ''],
    '--ping': ['0', '0s', '15', 'soon'],
    '--encoders': ['65', 'all'],
    '--workers': ['0', '65', '2.5', 'all'],
    '--chaos': [
      'cut',
      { value: 'cut=0s', beside: [], quoted: '0s' },
      { value: 'flood=1%', beside: [], quoted: 'flood' },
    ],
    '--receipts': absent,
    '--tls-cert': { value: absent, beside: ['--tls-key', junk] },
    '--tls-key': { value: absent, beside: ['--tls-cert', junk] },
    '--allow-origin': 'example.org',
    '--max-clients': '0',
    '--max-clients-per-address': '0',
    '--insecure': [],
    '--nats': [
      'ws://127.0.0.1:1',
      { value: 'nats://127.0.0.1:1/subject', beside: [], quoted: 'nats://127.0.0.1:1' },
    ],
    ...ofNode({ ...natsOptions, '--node': ['two words', 'a.b'] }),
  },
  connect: {
    ...tokens,
    '--block-size': ['0', '1000001', 'x'],
    '--block': ['0', 'x'],
    '--client': 'a b',
    '--count': ['-1', '1e3', TOO_LONG],
    '--blocks': '-1',
    '--clients': ['0', '10001'],
    '--stream': [
      { value: 'users?seed=-1', beside: [], quoted: '-1' },
      { value: 'nosuch', beside: ['--plain'] },
    ],
    '--rate': '0',
    '--profile': ['burst:x', 'square'],
    '--from': ['-1', 'x', TOO_LONG, 'live:x'],
    '--log': absent,
    '--fsync': 'always',
    '--ping': '0s',
    '--give-up': '0s',
    '--idle-timeout': '1 s',
    '--duration': ['0s', '10'],
    '--verify': 'nobody',
    '--as': 'xml',
    '--secret-seed-file': { value: absent, beside: ['--verify', 'local'] },
    '--ca': [absent, junk],
    ...natsOptions,
  },
  gen: {
    '--from': ['-1', TOO_LONG],
    '--count': ['-1', { value: '9007199254740991', beside: ['--from', '5'] }],
    '--secret-seed-file': [absent, junk],
  },
  verify: {
    '--from': ['-1', TOO_LONG],
    '--count': ['x', { value: '9007199254740991', beside: ['--from', '5'] }],
    '--equal': 'text',
    '--order': 'none',
    '--repeats': 'twice',
    '--secret-seed-file': [absent, junk],
  },
  bench: {
    ...tokens,
    '--block-sizes': ['', '0', { value: '1,x,3', beside: [], quoted: 'x' }, '5,5'],
    '--blocks': { value: '1,x,3', beside: [], quoted: 'x' },
    '--clients': ['0', { value: '1,,3', beside: [] }, { value: '1,10001', beside: [], quoted: '10001' }],
    '--streams': [
      'nosuch',
      { value: 'users?seed=-1', beside: [], quoted: '-1' },
      { value: 'users,users', beside: [], quoted: 'users?seed=1,users?seed=…' },
    ],
    '--rates': ['0', { value: '10,fast', beside: [], quoted: 'fast' }, { value: '10,10', beside: [] }],
    '--repeat': ['0', '1e9'],
    '--duration': ['0s', '25h', 'x'],
    '--count': ['0', '5'],
    '--omit': '-1',
    '--seed': '-1',
    '--sample': ['0', '1000001'],
    '--client-processes': ['0', '65'],
    ...natsOptions,
    '--nats': 'ws://127.0.0.1:1',
    '--agents': ['0', '1001'],
    '--agents-timeout': ['0s', '25h'],
    '--out': absent,
    '--resume': [absent, junk],
    '--report': [absent, '-'],
    '--title': [],
    '--tag': ['', 'key', '=value'],
    '--thresholds': ['p99', { value: 'proved,p98_block<5', beside: [], quoted: 'p98_block' }, ''],
    '--ca': [absent, junk],
  },
  report: { '--out': 'page.xyz', '--format': 'pdf' },
  compare: {
    '--fail-if': [
      'p99_block>5',
      { value: 'p98_block>+5%', beside: [], quoted: 'p98_block' },
      'p99_block>-100%',
      '',
    ],
    '--metric': ['p98_block', ''],
    '--practical': ['2', '100%'],
    '--allow': 'all',
    '--format': 'csv',
    '--out': 'page.xyz',
  },
  chaos: {
    '--listen': ['9000', '127.0.0.1:65536', { value: '192.0.2.1:0', beside: [], quoted: '192.0.2.1' }],
    '--to': ['127.0.0.1:8000', 'ftp://127.0.0.1:8000'],
    '--chaos': ['flood', { value: 'cut=5x', beside: [], quoted: '5x' }],
    '--insecure': [],
  },
  agent: {
    ...natsOptions,
    '--nats': 'ws://127.0.0.1:1',
    '--name': ['', 'a b'],
    '--processes': ['0', '1025'],
    '--allow-target': ['', 'a/b', 'http://a'],
  },
  publish: {
    ...natsOptions,
    '--to': [
      'ws://a/users',
      'nats://127.0.0.1:4222',
      { value: 'nats://127.0.0.1:4222/feed.*', beside: [], quoted: 'feed.*' },
    ],
    '--from': ['-1', TOO_LONG],
    '--count': ['-1', { value: '9007199254740991', beside: ['--from', '5'] }],
    '--rate': '0',
    '--profile': ['burst:x', 'square'],
    '--create-stream': ['a b', 'a.b'],
    '--replicas': [
      { value: '0', beside: ['--create-stream', 'FEED'] },
      { value: '6', beside: ['--create-stream', 'FEED'] },
    ],
    '--give-up': '0s',
    '--secret-seed-file': [absent, junk],
  },
  selftest: { '--over': 'http' },
  top: { ...tokens, '--admin-token': token, '--admin-token-file': junk, '--ca': [absent, junk] },
  demo: { '--port': ['-1', '65536'] },
};

/** Options of every command. */
const EVERYWHERE = { '--config': [absent, junk] };

const surroundings = { variables: {}, folder };
const commands = tidemarkProgram(surroundings).commands.map((command) => ({
  name: command.name(),
  flags: command.options
    .filter(({ long }) => long !== '--help')
    .map(({ long, required }) => ({ flag: long ?? '', required })),
}));

const cases = commands.flatMap(({ name, flags }) =>
  flags.flatMap(({ flag, required }) => {
    const values = required ? [badValues(name)[flag] ?? []].flat() : [];
    return values.map((bad) => {
      const { value, beside, quoted = value } = typeof bad === 'string' ? { value: bad, beside: [] } : bad;
      return { name, flag, value, beside, quoted };
    });
  }),
);

/** Calls the command line in this process. @returns what it complained of, once it has refused to begin */
async function complaintOf(
  words: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<string> {
  let told = '';
  const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    told += String(text);
    return true;
  });
  const quiet = vi.spyOn(process.stdout, 'write').mockImplementation((...written) => {
    const done: unknown = written.at(-1);
    if (typeof done === 'function') done();
    return true;
  });
  const before = new Map(SIGNALS.map((signal) => [signal, process.listeners(signal)]));
  onTestFinished(() => {
    write.mockRestore();
    quiet.mockRestore();
    for (const [signal, listeners] of before)
      for (const each of process.listeners(signal)) if (!listeners.includes(each)) process.off(signal, each);
  });
  const program = tidemarkProgram({ variables, folder }).exitOverride();
  for (const command of program.commands) command.exitOverride();
  await program.parseAsync([...words], { from: 'user' }).then(
    () => expect.unreachable(`${words.join(' ')} was taken`),
    (error: unknown) => {
      if (!(error instanceof CommanderError)) complainOf(error);
    },
  );
  return told;
}
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

describe('a bad value of an option', () => {
  test.each(commands)('is tried for every option of $name', ({ name, flags }) => {
    const valued = flags.filter(({ required }) => required).map(({ flag }) => flag);
    const tried = Object.keys(badValues(name)).filter((flag) => flag !== '--insecure');
    expect(tried.sort()).toEqual(valued.sort());
  });

  test.each(cases)('$name $flag $value is told with both', async ({ name, flag, value, beside, quoted }) => {
    const told = await complaintOf([name, ...(OPERANDS[name] ?? []), ...beside, `${flag}=${value}`]);
    const sentence = told.trimEnd().split('\n').at(-1);
    expect(sentence).toMatch(/^tidemark: /);
    expect(sentence).toMatch(new RegExp(`${NEWER[`${name} ${flag}`] ?? flag}(?![\\w-])`));
    if (quoted !== '') expect(sentence).toContain(quoted);
    else if (!/token|nats/.test(flag)) expect(sentence).toContain('""');
    expect(sentence).toMatch(/must|can't|not|no |needs|expected/);
  });

  const set = cases.filter(({ name, flag, value }) => value !== '' && NEWER[`${name} ${flag}`] === undefined);

  test.each(set)('$name $flag $value in a variable is told with that', async (bad) => {
    const { name, flag, value, beside, quoted } = bad;
    const variable = `TIDEMARK_${`${name}${flag.slice(1)}`.replaceAll('-', '_').toUpperCase()}`;
    const told = await complaintOf([name, ...operands(name, flag), ...beside], { [variable]: value });
    const sentence = told.trimEnd().split('\n').at(-1);
    expect(sentence).toMatch(new RegExp(`^tidemark: .*${variable}(?![\\w-])`));
    expect(sentence).not.toMatch(new RegExp(`${flag}(?![\\w-])`));
    if (quoted !== '') expect(sentence).toContain(quoted);
    if (flag.includes('token')) expect(sentence).not.toContain(value === junk ? 'ä' : value);
  });

  test.each(set.filter(({ flag }) => flag !== '--config'))(
    '$name $flag $value in a config file is told with both',
    async ({ name, flag, value, beside, quoted }) => {
      const file = join(folder, 'config.json');
      writeFileSync(file, JSON.stringify({ [name]: { [flag.slice(2)]: value } }));
      const words = [name, ...operands(name, flag), ...beside, '--config', file];
      const sentence = (await complaintOf(words)).trimEnd().split('\n').at(-1);
      expect(sentence).toMatch(new RegExp(`^tidemark: .*${name}\\.${flag.slice(2)} in ${file}`));
      expect(sentence).not.toMatch(new RegExp(`${flag}(?![\\w-])`));
      if (quoted !== '') expect(sentence).toContain(quoted);
      if (flag.includes('token')) expect(sentence).not.toContain(value === junk ? 'ä' : value);
    },
  );

  test('is told of an option that takes none', async () => {
    for (const { name, flags } of commands)
      for (const { flag, required } of flags)
        if (!required && !flag.startsWith('--no-'))
          expect(await complaintOf([name, ...(OPERANDS[name] ?? []), `${flag}=5`])).toBe(
            `tidemark: ${flag} takes no value, got "5"\n`,
          );
  });
});

function badValues(name: string): (typeof BAD_VALUES)[string] {
  const command = tidemarkProgram(surroundings).commands.find((each) => each.name() === name);
  const takesFile = command?.options.some(({ long }) => long === '--config');
  return { ...(takesFile ? EVERYWHERE : {}), ...BAD_VALUES[name] };
}

/** Without the option itself, where it is one of them. */
function operands(name: string, flag: string): readonly string[] {
  const all = OPERANDS[name] ?? [];
  const at = all.indexOf(flag);
  return at < 0 ? all : all.toSpliced(at, 2);
}

/** What an older spelling is called now. */
const NEWER: Readonly<Record<string, string>> = {
  'connect --block': '--block-size',
  'bench --blocks': '--block-sizes',
};
