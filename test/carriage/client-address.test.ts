import { describe, expect, test } from 'vitest';
import { ClientAddress } from '../../src/carriage/client-address.ts';

const BASE = 'ws://127.0.0.1:8000';
const NEXT = { client: 'alice', token: 'secret-1', from: undefined, count: undefined };

const dialled = (url: string, next: Partial<{ from: number; count: number }> = {}) => {
  const dial = new URL(new ClientAddress(url, false).dialUrl({ ...NEXT, ...next }));
  return { path: dial.pathname, ...Object.fromEntries(dial.searchParams) };
};

describe('the URL of a run', () => {
  test.each([
    '',
    'users',
    '/users',
    'ftp://127.0.0.1:8000/users',
    'http://127.0.0.1:8000/users#part',
    'ws:',
    'ws://127.0.0.1:8000/users#part',
    'ws://127.0.0.1:port/',
  ])('%j is refused', (url) => {
    const shown = JSON.stringify(url.length > 24 ? `${url.slice(0, 24)}…` : url);
    expect(() => new ClientAddress(url, false)).toThrow(
      `url must be a ws://, wss://, http://, https:// or nats:// address such as ws://127.0.0.1:8000/users, got ${shown}`,
    );
  });

  test.each(['ws://h', 'wss://h/users?seed=7', 'WS://H/', 'ws://[::1]:1/', 'http://h/events', 'https://h'])(
    '%s is taken',
    (url) => {
      expect(() => new ClientAddress(url, false)).not.toThrow();
    },
  );

  test.each([
    ['', undefined],
    ['?count=0', 0],
    ['?count=1000', 1000],
    ['?count=9007199254740991', Number.MAX_SAFE_INTEGER],
  ])('gives the count of %j', (query, count) => {
    expect(new ClientAddress(`${BASE}/users${query}`, false).count).toBe(count);
  });

  test.each(['-1', '1.5', '1e3', '', '9007199254740992', '99999999999999999'])(
    'refuses a count of %j',
    (count) => {
      const address = new ClientAddress(`${BASE}/users?count=${count}`, false);
      expect(() => address.count).toThrow(`count must be a number of messages, got "${count}"`);
    },
  );

  test('gives the name of the client, if it has one', () => {
    expect(new ClientAddress(`${BASE}/users?client=bob`, false).client).toBe('bob');
    expect(new ClientAddress(`${BASE}/users`, false).client).toBeUndefined();
  });
});

describe('the URL to dial', () => {
  test('is the own one with name and token, at first', () => {
    expect(dialled(`${BASE}/users?seed=7&from=3&rate=1/10s`)).toEqual({
      path: '/users',
      seed: '7',
      from: '3',
      rate: '1/10s',
      client: 'alice',
      token: 'secret-1',
    });
  });

  test('replaces name and token that the URL has', () => {
    expect(dialled(`${BASE}/users?client=bob&token=old-token`)).toMatchObject({
      client: 'alice',
      token: 'secret-1',
    });
  });

  test('has the seq to go on from and the count that is left, later', () => {
    expect(dialled(`${BASE}/users?from=3&count=10`, { from: 7, count: 6 })).toMatchObject({
      from: '7',
      count: '6',
    });
    expect(dialled(`${BASE}/users`, { from: 0, count: 0 })).toMatchObject({ from: '0', count: '0' });
  });

  test.each(['live', 'live:5'])('goes on on the live schedule after from=%s', (from) => {
    expect(dialled(`${BASE}/users?from=${from}`)).toMatchObject({ from });
    expect(dialled(`${BASE}/users?from=${from}`, { from: 9 })).toMatchObject({ from: 'live:9' });
  });

  test('is untouched in plain mode', () => {
    const url = 'ws://127.0.0.1:8000/socket?b=2&a=1';
    expect(new ClientAddress(url, true).dialUrl({ ...NEXT, from: 7, count: 6 })).toBe(url);
  });

  test('does not change the address itself', () => {
    const address = new ClientAddress(`${BASE}/users?count=10`, false);
    address.dialUrl({ ...NEXT, from: 7, count: 3 });
    expect(address.count).toBe(10);
  });
});
