import { expect, test } from 'vitest';
import { LoadedCarriage } from '../../../src/carriage/browser/loaded-carriage.ts';
import { type Carriage, responseLink } from '../../../src/carriage/connection.ts';

const REQUEST = { from: undefined, count: undefined, proof: true, first: true };

function opened(load: () => Promise<Carriage>) {
  const told: string[] = [];
  const carriage = new LoadedCarriage(responseLink(true), load);
  const open = () =>
    carriage.open(REQUEST, {
      opened: () => told.push('opened'),
      failed: ({ reason }) => told.push(reason),
      messages: () => {},
      heard: () => {},
      closed: () => {},
    });
  return { told, open };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('a carriage is loaded once, and opens what was asked for', async () => {
  let loads = 0;
  let opens = 0;
  const { open } = opened(async () => {
    loads++;
    return { link: responseLink(true), open: () => ({ opens: ++opens }) as never };
  });
  open();
  open();
  await settled();
  expect({ loads, opens }).toEqual({ loads: 1, opens: 2 });
});

test('one that can not be loaded fails the attempt, and is loaded again for the next', async () => {
  let loads = 0;
  const { told, open } = opened(async () => {
    loads++;
    throw new Error('no network');
  });
  open();
  await settled();
  expect(told).toEqual(["what carries it can't be loaded: no network"]);
  open();
  await settled();
  expect(loads).toBe(2);
});

test('an attempt that is given up meanwhile opens nothing', async () => {
  let opens = 0;
  const { told, open } = opened(async () => ({
    link: responseLink(true),
    open: () => ({ opens: ++opens }) as never,
  }));
  open().terminate();
  await settled();
  expect(told).toEqual(['the attempt was given up']);
  expect(opens).toBe(0);
});
