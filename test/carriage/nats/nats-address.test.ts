import { describe, expect, test } from 'vitest';
import { parseNatsAddress, subjectOf } from '../../../src/carriage/nats/nats-address.ts';

const parse = (text: string) => parseNatsAddress(text, 'to');

describe('an address of NATS', () => {
  test('names a server and a subject', () => {
    expect(parse('nats://127.0.0.1:4222/feed.users')).toEqual({
      servers: ['127.0.0.1:4222'],
      tls: false,
      subject: 'feed.users',
      user: undefined,
      password: undefined,
      shown: 'nats://127.0.0.1:4222/feed.users',
    });
  });

  test('names several servers, each with its scheme or without', () => {
    const servers = ['a:4222', 'b:4333', 'c:4222'];
    for (const text of ['nats://a,b:4333,c/x.y', 'nats://a,nats://b:4333,nats://c:4222/x.y'])
      expect(parse(text)).toMatchObject({
        servers,
        subject: 'x.y',
        shown: `nats://${servers.join(',')}/x.y`,
      });
  });

  test('needs no subject where none is asked for', () => {
    expect(parse('nats://a,b').subject).toBeUndefined();
    expect(() => subjectOf(parse('nats://a'), 'to')).toThrow(
      'to must be an address with a subject, such as nats://127.0.0.1:4222/feed.users, got "nats://a:4222"',
    );
  });

  test('has TLS by its scheme, and an IPv6 host in brackets', () => {
    expect(parse('tls://[::1]:4443')).toMatchObject({
      servers: ['[::1]:4443'],
      tls: true,
      shown: 'tls://[::1]:4443',
    });
  });

  test('has user and password that are not shown', () => {
    const address = parse('nats://ann:se%20cret@a/x');
    expect(address).toMatchObject({ user: 'ann', password: 'se cret', shown: 'nats://a:4222/x' });
  });

  test.each([
    ['ws://a/x', 'nats:// or tls:// addresses'],
    ['nats://', 'nats:// or tls:// addresses'],
    ['nats://a/x,nats://b/y', 'nats:// or tls:// addresses'],
    ['nats://a,ws://b/x', 'nats:// or tls:// addresses'],
    ['nats://a/x?rate=3', 'nats:// or tls:// addresses'],
    ['nats://a/feed.*', 'an address with a whole subject'],
    ['nats://a/feed.%3E', 'an address with a whole subject'],
    ['nats://a/feed..users', 'an address with a whole subject'],
    ['nats://a/a%20b', 'an address with a whole subject'],
    ['nats://a/$JS.API.INFO', 'an address with a whole subject'],
  ])('%s is refused', (text, expected) => {
    expect(() => parse(text)).toThrow(`to must be ${expected}`);
  });

  test('that is refused shows no password', () => {
    expect(() => parse('nats://ann:secret@a,ws://b/x')).toThrow(/^(?!.*secret)/);
  });
});
