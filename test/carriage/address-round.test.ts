import { describe, expect, test } from 'vitest';
import { AddressRound } from '../../src/carriage/address-round.ts';
import { ClientAddress } from '../../src/carriage/client-address.ts';

const NEXT = { client: 'alice', token: 'secret-1', from: 20, count: undefined };
const round = (...urls: string[]) => new AddressRound(urls.map((url) => new ClientAddress(url, false)));

describe('addresses', () => {
  test('are dialled in turn, each with all that the run has come to', () => {
    const addresses = round('ws://a/users?seed=7', 'wss://b:2/feeds/users?seed=7');
    const dialled = Array.from({ length: 3 }, () => addresses.dialUrl(NEXT));
    expect(dialled).toEqual([
      'ws://a/users?seed=7&client=alice&token=secret-1&from=20',
      'wss://b:2/feeds/users?seed=7&client=alice&token=secret-1&from=20',
      'ws://a/users?seed=7&client=alice&token=secret-1&from=20',
    ]);
    expect(addresses.dialled).toBe(0);
  });

  test('that are plain are left alone', () => {
    const plain = ['ws://a/feed?x=1', 'ws://b/other'].map((url) => new ClientAddress(url, true));
    const addresses = new AddressRound(plain);
    expect([addresses.dialUrl(NEXT), addresses.dialUrl(NEXT)]).toEqual(['ws://a/feed?x=1', 'ws://b/other']);
  });
});
