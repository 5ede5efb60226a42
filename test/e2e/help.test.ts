import { expect, test } from 'vitest';
import { outcome, tidemark } from './processes.ts';

test.each([
  [['--help'], /^Usage: tidemark \[options\] \[command\]/],
  [['serve', '--help'], /^Usage: tidemark serve/],
  [['serve', '-h'], /^Usage: tidemark serve/],
  [['help', 'serve'], /^Usage: tidemark serve/],
  [['help', '--help'], /^Usage: tidemark \[options\] \[command\]/],
])('%j tells how to use it', async (args, usage) => {
  const { code, stdout } = await outcome(tidemark(...args));
  expect(code).toBe(0);
  expect(stdout).toMatch(usage);
});

test.each([
  [['srve'], /unknown command 'srve' \(Did you mean serve\?\)/],
  [['help', 'srve'], /^tidemark: unknown command 'srve' \(Did you mean serve\?\)$/],
  [['help', 'mail'], /^tidemark: unknown command 'mail': the commands are serve, connect, [^\n]*demo[^\n]*$/],
  [['mail'], /^tidemark: unknown command 'mail': the commands are serve, connect, [^\n]*demo[^\n]*$/],
  [['srve', '--help'], /unknown command 'srve'/],
  [['srve', '--port', '1', '-h'], /unknown command 'srve'/],
])('%j names a command that there is not', async (args, sentence) => {
  const { code, stdout, stderr } = await outcome(tidemark(...args));
  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(stderr.trimEnd()).toMatch(sentence);
});

test('no command at all tells which there are', async () => {
  const { code, stderr } = await outcome(tidemark());
  expect(code).toBe(1);
  expect(stderr).toMatch(/^Usage: tidemark \[options\] \[command\]/);
});
