import { expect, test } from 'vitest';
import { type Departure, Departures } from '../../../src/server/clients/presence.ts';

test('the last hundred that left are remembered, the newest first', () => {
  const departures = new Departures();
  for (let n = 1; n <= 250; n++) departures.add({ name: `client-${n}` } as Departure);
  const names = departures.recent.map(({ name }) => name);
  expect([names.length, names[0], names.at(-1)]).toEqual([100, 'client-250', 'client-151']);
});
