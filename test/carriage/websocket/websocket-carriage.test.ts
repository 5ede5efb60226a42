import { expect, test } from 'vitest';
import { ClientAddress } from '../../../src/carriage/client-address.ts';
import type { DialListener, DialRequest, OpenListener } from '../../../src/carriage/connection.ts';
import { WebSocketCarriage } from '../../../src/carriage/websocket/websocket-carriage.ts';

const LISTENER: OpenListener = {
  opened: () => {},
  failed: () => {},
  messages: () => {},
  heard: () => {},
  closed: () => {},
};

/** What is dialled for what a run asks for, and what the run is told when the server picks a subprotocol. */
function opened(
  url: string,
  asked: { plain?: boolean; from?: number; count?: number; proof?: boolean; first?: boolean },
  picked?: string,
) {
  const dialled: { request: DialRequest; listener: DialListener }[] = [];
  const owner = { client: 'alice', token: 'secret-1' };
  const carriage = new WebSocketCarriage(
    new ClientAddress(url, asked.plain ?? false),
    owner,
    (request, listener) => {
      dialled.push({ request, listener });
      throw new Error('no network');
    },
  );
  const speaks: boolean[] = [];
  const { from, count, proof = true, first = true } = asked;
  const listener = { ...LISTENER, opened: (yes: boolean) => speaks.push(yes) };
  expect(() => carriage.open({ from, count, proof, first }, listener)).toThrow('no network');
  const [dial] = dialled;
  dial?.listener.opened(picked);
  return { request: dial?.request, speaks };
}

test('a run that asks for proof offers the subprotocol, and brings its name and token', () => {
  const { request } = opened('ws://h/bytes?size=40', {});
  expect(request).toEqual({
    url: 'ws://h/bytes?size=40&client=alice&token=secret-1',
    subprotocol: 'tidemark.v1',
    probe: true,
  });
});

test('the seq to go on from and the count that is left go before those of the URL', () => {
  const { request } = opened('ws://h/bytes?count=5', { from: 3, count: 2, first: false });
  expect(request?.url).toBe('ws://h/bytes?count=2&client=alice&token=secret-1&from=3');
  expect(request?.probe).toBe(false);
});

test('a plain URL is dialled as it is, and the subprotocol is not offered', () => {
  const url = 'ws://h/socket?b=2&a=1';
  expect(opened(url, { plain: true, proof: false, count: 4 }).request).toEqual({
    url,
    subprotocol: undefined,
    probe: true,
  });
});

test.each([
  ['tidemark.v1', true],
  ['tidemark.v2', false],
  [undefined, false],
])('a server that picks %s speaks tidemark.v1: %s', (picked, speaks) => {
  expect(opened('ws://h/users', {}, picked).speaks).toEqual([speaks]);
});
