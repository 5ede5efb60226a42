import { expect, test } from 'vitest';
import { type Controls, FIRST_CONTROLS, type Key, withKey } from '../../../src/cli/top/controls.ts';

const SCREEN = { columns: ['name', 'stream', 'wrong'], page: 10, rows: 25 };
const typed = (text: string): Key => ({
  text,
  name: text === ' ' ? 'space' : text.toLowerCase(),
  ctrl: false,
});
const named = (name: string): Key => ({ text: undefined, name, ctrl: false });
const ctrl = (name: string): Key => ({ text: undefined, name, ctrl: true });

/** The controls after these keys. */
function after(...keys: readonly (Key | string)[]): Controls {
  let controls = FIRST_CONTROLS;
  for (const key of keys) {
    const next = withKey(controls, typeof key === 'string' ? typed(key) : key, SCREEN);
    if (typeof next === 'string') throw new Error(`it wants to ${next}`);
    controls = next;
  }
  return controls;
}

test('a filter is typed, and works as it is', () => {
  expect(after('/', 'q', 'S')).toMatchObject({ filter: 'qS', typing: true });
  expect(after('/', 'a', 'b', named('backspace'))).toMatchObject({ filter: 'a', typing: true });
  expect(after('/', 'a', named('return'), 'p')).toMatchObject({ filter: 'a', typing: false, paused: true });
  expect(after('/', 'a', named('escape'))).toMatchObject({ filter: '', typing: false });
  expect(after('/', 'a', named('return'), named('escape'))).toMatchObject({ filter: '' });
  expect(after('/', named('up'), typed('\u0007'))).toMatchObject({ filter: '', typing: true });
  expect(after('/', ...'x'.repeat(200)).filter).toHaveLength(100);
});

test('it is sorted by the columns that are there, one after the other, and at last by none', () => {
  expect(after('s').column).toBe('name');
  expect(after('s', 's', '>').column).toBe('wrong');
  expect(after('s', 's', 's', 's').column).toBeUndefined();
  expect(after('<').column).toBe('wrong');
  expect(after(named('right'), named('left')).column).toBeUndefined();
  expect(after('s', 'r')).toMatchObject({ column: 'name', reversed: true });
  expect(after('s', 'r', 's')).toMatchObject({ column: 'stream', reversed: false });
  const gone = withKey({ ...FIRST_CONTROLS, column: 'address' }, typed('s'), SCREEN);
  expect(gone).toMatchObject({ column: 'name' });
});

test('it scrolls no further than there is something', () => {
  expect(after(named('down'), 'j').offset).toBe(2);
  expect(after(named('up')).offset).toBe(0);
  expect(after(named('pagedown')).offset).toBe(10);
  expect(after(named('pagedown'), named('pagedown'), named('pagedown')).offset).toBe(15);
  expect(after(named('end'), named('pageup')).offset).toBe(5);
  expect(after(named('end'), named('home')).offset).toBe(0);
  expect(after(named('end'), '/', 'a').offset).toBe(0);
});

test('what is shown can be paused, and its help be seen until the next key', () => {
  expect(after(' ').paused).toBe(true);
  expect(after('p', ' ').paused).toBe(false);
  expect(after('?').help).toBe(true);
  expect(after('?', 'q')).toEqual(FIRST_CONTROLS);
});

test.each([
  [typed('q'), 'quit'],
  [ctrl('c'), 'interrupt'],
  [ctrl('z'), 'suspend'],
  [ctrl('l'), 'redraw'],
] as const)('%j asks to %s', (key, wish) => {
  expect(withKey(FIRST_CONTROLS, key, SCREEN)).toBe(wish);
  if (key.ctrl) expect(withKey(after('/', 'a'), key, SCREEN)).toBe(wish);
});
