import { expect, test } from 'vitest';
import { listenError } from '../../src/cli/listen-error.ts';
import { StreamError } from '../../src/stream/stream-error.ts';
import { UsageError } from '../../src/wording/usage-error.ts';

const FLAGS = { host: 'here', port: 80, tlsCert: 'c.pem', tlsKey: 'k.pem' };

test.each([
  ['EADDRINUSE', '--port 80 is taken: another process listens on here:80 (0 takes a free one)'],
  ['EACCES', '--port 80 is not allowed to this user: ports from 1024 on are (0 takes a free one)'],
  ['EADDRNOTAVAIL', '--host here is no address of this machine (127.0.0.1, or 0.0.0.0 for all of them)'],
  ['ENOTFOUND', '--host here is a name that leads to no address (ENOTFOUND)'],
  ['EAI_AGAIN', '--host here is a name that leads to no address (EAI_AGAIN)'],
])('%s names the option, and what would do', (code, message) => {
  const error = Object.assign(new Error(`listen ${code}`), { code });
  expect(listenError(error, FLAGS)).toMatchObject({ message, code, cause: error });
});

test('one option for both is named', () => {
  const error = Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE' });
  expect(listenError(error, { ...FLAGS, option: '--listen' })).toMatchObject({
    message: 'port 80 of --listen is taken: another process listens on here:80 (0 takes a free one)',
  });
});

test('a TLS pair that can not be used names its files', () => {
  const error = new UsageError('bad_option', 'tls', () => "the TLS key can't be used: it is empty");
  const message = "the TLS key can't be used: it is empty (--tls-cert c.pem, --tls-key k.pem)";
  expect(listenError(error, FLAGS)).toMatchObject({ message, code: 'bad_option' });
});

test.each([new Error('defect'), new StreamError('bad_parameter', 'seed must be'), 'text'])(
  '%s stays',
  (error) => {
    expect(listenError(error, FLAGS)).toBe(error);
  },
);
