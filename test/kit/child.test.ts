import { existsSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { Child } from '../../lab/kit/child.mjs';
import { EventChild } from '../../lab/kit/event-child.mjs';
import { Scope, withScope } from '../../lab/kit/scope.mjs';

const node = (scope: Scope, script: string, options = {}) =>
  new EventChild(scope, process.execPath, ['-e', script], options);

/** Whether a process is there; one that has ended and was waited for is not. */
function alive(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}

const FOR_EVER = 'setInterval(() => {}, 1000);';

test('events and lines are waited for, whether they have come or come, and events are kept as asked', () =>
  withScope(async (scope) => {
    const say = (event: object) => `console.log(JSON.stringify(${JSON.stringify(event)}));`;
    const script = `${say({ event: 'a', n: 1 })}${say({ event: 'b' })}${say({ event: 'a', n: 2 })}console.error('text 7');${FOR_EVER}`;
    const child = node(scope, script, { keep: ({ event }: { event: string }) => event !== 'b' });
    expect(await child.event('a', ({ n }) => n === 2)).toMatchObject({ event: 'a', n: 2 });
    expect((await child.event('a'))['n']).toBe(1);
    expect(await child.lineWith('a number', (line) => /^text (\d)$/.exec(line)?.[1])).toBe('7');
    expect(child.events.map(({ event }) => event)).toEqual(['a', 'a']);
  }));

test('the torn last line of a process that was killed is no event', () =>
  withScope(async (scope) => {
    const child = node(scope, `process.stdout.write('{"event":"a"}\\n{"event":"b","n":');${FOR_EVER}`);
    await child.event('a');
    await child.killNow();
    expect(child.events.map(({ event }) => event)).toEqual(['a']);
  }));

test('a line that ends without a line feed is one, and U+2028 ends none', () =>
  withScope(async (scope) => {
    const child = node(scope, "process.stdout.write('a\\u2028b\\nlast')");
    expect(await child.end()).toEqual({ code: 0, signal: null });
    expect(child.lastLines).toEqual(['a\u2028b', 'last']);
  }));

test('what is waited for fails with its command and its last lines if it ends, or takes too long', () =>
  withScope(async (scope) => {
    const ended = node(scope, "console.error('no luck'); process.exitCode = 3;");
    await expect(ended.event('a')).rejects.toThrow(
      /-e .*: ended \(exit code 3\) while waiting for event a \| no luck$/s,
    );
    const slow = node(scope, FOR_EVER);
    await expect(slow.event('a', () => true, 20)).rejects.toThrow('no event a in 0.02 s');
    expect(slow.running).toBe(true);
  }));

test('a command that is not there is an end, and says so', () =>
  withScope(async (scope) => {
    const child = new Child(scope, '/no/such/command', []);
    await expect(child.until('anything', () => false)).rejects.toThrow('ENOENT');
    expect(child.ended).toEqual({ code: null, signal: null });
    child.kill('SIGTERM');
  }));

test('a process that leads a group is killed with all that it started', () =>
  withScope(async (scope) => {
    const grandchild = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(FOR_EVER)}], { stdio: 'inherit' })`;
    const child = node(scope, `console.log('pid ' + ${grandchild}.pid);${FOR_EVER}`, { detached: true });
    const pid = Number(await child.lineWith('its pid', (line) => /^pid (\d+)$/.exec(line)?.[1]));
    expect(alive(pid)).toBe(true);
    await child.killNow(); // its output ends only when nobody holds it any more
    await expect.poll(() => alive(pid)).toBe(false);
  }));

test('a group that has ended is signalled in vain, and its scope does not wait for who still holds its output', async () => {
  const scope = new Scope();
  const holder = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(FOR_EVER)}], { stdio: 'inherit', detached: true })`;
  const child = node(scope, `const held = ${holder}; held.unref(); console.log('pid ' + held.pid);`, {
    detached: true,
  });
  const pid = Number(await child.lineWith('its pid', (line) => /^pid (\d+)$/.exec(line)?.[1]));
  onTestFinished(() => void process.kill(pid, 'SIGKILL'));
  await expect.poll(() => child.process.exitCode).toBe(0);
  expect(child.running).toBe(true);
  child.kill('SIGTERM');
  await scope.close();
});

test('a prefix runs it, and the environment is this one with changes', () =>
  withScope(async (scope) => {
    const child = node(scope, 'console.log(process.env.A, process.env.B)', {
      prefix: ['env', 'B=2'],
      env: { A: '1' },
    });
    await child.end();
    expect(child.lastLines).toEqual(['1 2']);
  }));

test('it does not outlive its scope', async () => {
  const scope = new Scope();
  const child = node(scope, FOR_EVER);
  expect(alive(child.pid)).toBe(true);
  await scope.close();
  expect(alive(child.pid)).toBe(false);
  expect(await child.exited).toEqual({ code: null, signal: 'SIGKILL' });
});
