import { expect, test } from 'vitest';
import { type Seat, SocketDealer } from '../../src/workers/socket-dealer.ts';

/** A seat that notes what it is given. */
function seat(): Seat<number> & { readonly given: number[] } {
  const given: number[] = [];
  return { given, give: (socket) => given.push(socket) };
}

function dealt(mostWaiting = 100) {
  const dropped: number[] = [];
  return { dealer: new SocketDealer<number>(mostWaiting, (socket) => dropped.push(socket)), dropped };
}

test('each socket goes to the seat that has the fewest', () => {
  const { dealer } = dealt();
  const [a, b] = [seat(), seat()];
  dealer.open(a);
  for (let socket = 1; socket <= 3; socket++) {
    dealer.deal(socket);
    dealer.took(a);
  }
  dealer.open(b);
  for (let socket = 4; socket <= 6; socket++) dealer.deal(socket);
  expect([a.given, b.given]).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  dealer.lost(a);
  dealer.deal(7);
  expect(a.given).toContain(7);
});

test('who does not take what it was given gets no more, and the others do', () => {
  const { dealer } = dealt();
  const [hung, well] = [seat(), seat()];
  dealer.open(hung);
  dealer.open(well);
  for (let socket = 0; socket < 50; socket++) {
    dealer.deal(socket);
    if (well.given.includes(socket)) dealer.took(well);
  }
  expect(hung.given).toHaveLength(4);
  expect(well.given).toHaveLength(46);
});

test('sockets wait for a seat, and the oldest is dropped beyond the limit', () => {
  const { dealer, dropped } = dealt(3);
  for (let socket = 0; socket < 5; socket++) dealer.deal(socket);
  expect(dropped).toEqual([0, 1]);
  const a = seat();
  dealer.open(a);
  expect(a.given).toEqual([2, 3, 4]);
  dealer.shut(a);
  dealer.deal(5);
  dealer.close();
  expect(dropped).toEqual([0, 1, 5]);
});
