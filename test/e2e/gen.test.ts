import { describe, expect, test } from 'vitest';
import { outcome, tidemark } from './processes.ts';

describe('tidemark gen', () => {
  test('gives the same bytes from any place', async () => {
    const whole = (await outcome(tidemark('gen', 'users?seed=7', '--count', '20'))).stdout.split('\n');
    const part = (
      await outcome(tidemark('gen', 'users?seed=7', '--from', '15', '--count', '5'))
    ).stdout.split('\n');
    expect(whole).toHaveLength(20);
    expect(part).toEqual(whole.slice(15));
  });

  test('ends at the last seq', async () => {
    const { code, stdout } = await outcome(tidemark('gen', 'bytes?size=40', '--from', '9007199254740990'));
    expect([code, stdout.split('\n').length]).toEqual([0, 2]);
  });

  test('a reader that has enough ends it cleanly', async () => {
    const endless = tidemark('gen', 'users');
    await endless.line(/"seq":2,/);
    endless.process.stdout?.destroy();
    const { code, stderr } = await outcome(endless);
    expect([code, stderr]).toEqual([0, '']);
  });

  test('a stream that is not there: a sentence, exit 1', async () => {
    const { code, stderr } = await outcome(tidemark('gen', 'orders'));
    expect(stderr).toBe('tidemark: no stream "orders": the streams are users, arrays, bytes');
    expect(code).toBe(1);
  });
});
