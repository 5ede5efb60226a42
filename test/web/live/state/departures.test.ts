import { expect, test } from 'vitest';
import type { Departure } from '../../../../src/server/clients/presence.ts';
import { lostText } from '../../../../web/live/state/departures.ts';
import { presence, START_MS } from '../lines.ts';

const departure = (reason: Departure['reason']): Departure => ({
  ...presence(),
  ...{ left: new Date(START_MS).toISOString(), reason },
});

test('a client that is lost again and again is as many connections, and one client', () => {
  const lost = Array.from({ length: 21 }, () => departure('lost'));
  expect(lostText(lost)).toBe('21 connections lost, of the last 21');
  expect(lostText([departure('silent'), departure('done')])).toBe('1 connection lost, of the last 2');
  expect(lostText([departure('left')])).toBe('');
});
