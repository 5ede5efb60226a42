import { expect, test } from 'vitest';
import { TurnAddress, Turns, TurnTaker } from '../../src/host/turns.ts';

/** Turns on a clock of their own, on which only work takes time. */
function virtual() {
  let nowMs = 0;
  const callbacks: (() => void)[] = [];
  const turns = new Turns({ monotonicMs: () => nowMs, soon: (callback) => callbacks.push(callback) });
  /** One turn, if one is wanted. @returns whether it was */
  const turn = (): boolean => {
    const callback = callbacks.shift();
    callback?.();
    return callback !== undefined;
  };
  const work = (ms: number) => {
    nowMs += ms;
  };
  /** A job that never has done enough. */
  const endless = (ms: number) => () => {
    work(ms);
    return true;
  };
  return { turns, turn, work, endless, now: () => nowMs };
}

const taker = (address = new TurnAddress()) => new TurnTaker(address);
const many = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, i) => make(i));

test('jobs take turns, and those that have more to do wait behind the others', () => {
  const { turns, turn } = virtual();
  const done: string[] = [];
  const job = (name: string, times: number) => () => {
    done.push(name);
    return --times > 0;
  };
  turns.add(job('a', 3));
  turns.add(job('b', 1));
  turns.add(job('c', 2));
  turn();
  expect(done).toEqual(['a', 'b', 'c', 'a', 'c', 'a']);
  expect(turn()).toBe(false);
});

test('however many there are, they give the event loop back after about 2 ms', () => {
  const { turns, turn, work } = virtual();
  let done = 0;
  for (let i = 0; i < 10; i++) {
    turns.add(() => {
      work(1.5);
      done++;
      return false;
    }, taker());
  }
  const counts: number[] = [];
  while (turn()) counts.push(done);
  expect(counts).toEqual([2, 4, 6, 8, 10]);
});

test('a job that waits is not added twice, and one that is removed is not run', () => {
  const { turns, turn } = virtual();
  let runs = 0;
  const job = () => {
    runs++;
    return false;
  };
  turns.add(job);
  turns.add(job);
  const never = () => {
    throw new Error('was removed');
  };
  const other = taker();
  turns.add(never, other);
  turns.remove(never, other);
  turn();
  expect(runs).toBe(1);
});

test.each([
  ['was sent little, and all that was due', 65_536, false, true],
  ['was behind', 100, true, false],
  ['needed many bytes', 65_537, false, false],
])('who %s: whether it keeps up', (_, bytes, behind, keepsUp) => {
  const each = taker();
  each.sent(bytes, behind);
  expect(each.keepsUp).toBe(keepsUp);
});

test('work of a kind goes on until its part of the budget is used', () => {
  const { turns, work } = virtual();
  const untilMs = turns.until('decoding');
  work(0.5);
  expect(turns.over(untilMs)).toBe(false);
  work(0.01);
  expect(turns.over(untilMs)).toBe(true);
});

test('reading is enough 2 ms after it began, until the event loop has come round', () => {
  const { turns, turn, work } = virtual();
  expect(turns.readEnough).toBe(false);
  work(2);
  expect(turns.readEnough).toBe(false);
  work(0.1);
  expect(turns.readEnough).toBe(true);
  expect(turns.readEnough).toBe(true);
  turn();
  expect(turns.readEnough).toBe(false);
});

test('who asks for little is served at once beside those who always ask for more', () => {
  const { turns, turn, endless, work, now } = virtual();
  const address = new TurnAddress();
  for (const each of many(400, () => taker(address))) turns.add(endless(2), each);
  while (now() < 400 * 2) turn(); // who comes anew waits for the others once
  const light = taker(address);
  const lateMs: number[] = [];
  for (let round = 0; round < 50; round++) {
    const askedMs = now();
    let done = false;
    const little = () => {
      work(0.01);
      lateMs.push(now() - askedMs);
      done = true;
      return false;
    };
    turns.add(little, light);
    while (!done) turn();
    while (now() < askedMs + 20) turn();
  }
  expect(Math.max(...lateMs)).toBeLessThan(5);
});

test('time is shared out by address, and by taker within it', () => {
  const { turns, turn, work, now } = virtual();
  const spentMs = new Map<TurnTaker, number>();
  const ask = (each: TurnTaker, ms: number) => {
    spentMs.set(each, 0);
    turns.add(() => {
      work(ms);
      spentMs.set(each, (spentMs.get(each) ?? 0) + ms);
      return true;
    }, each);
  };
  const crowd = new TurnAddress();
  const ofCrowd = many(50, () => taker(crowd));
  for (const [i, each] of ofCrowd.entries()) ask(each, i % 2 === 0 ? 2 : 0.5);
  const alone = taker();
  ask(alone, 1);
  while (now() < 10_000) turn();
  expect((spentMs.get(alone) ?? 0) / 5000).toBeCloseTo(1, 1);
  for (const each of ofCrowd) expect((spentMs.get(each) ?? 0) / 100).toBeCloseTo(1, 1);
});

test('what was used while nobody else wanted anything is forgiven', () => {
  const { turns, turn, work, now, endless } = virtual();
  const address = new TurnAddress();
  const early = taker(address);
  turns.add(() => {
    work(500);
    return false;
  }, early);
  turn();
  for (const each of many(100, () => taker(address))) turns.add(endless(2), each);
  turn();
  const askedMs = now();
  let lateMs = Number.NaN;
  turns.add(() => {
    lateMs = now() - askedMs;
    return false;
  }, early);
  while (Number.isNaN(lateMs)) turn();
  expect(lateMs).toBeLessThan(5);
});

test('nobody saves up turns by having nothing to do', () => {
  const { turns, turn, endless, work, now } = virtual();
  const steady = taker();
  turns.add(endless(1), steady);
  const late = taker();
  turns.add(() => false, late);
  while (now() < 1000) turn();
  let lateMs = 0;
  turns.add(() => {
    work(1);
    lateMs++;
    return true;
  }, late);
  while (now() < 1100) turn();
  expect(lateMs).toBeLessThan(60);
  expect(lateMs).toBeGreaterThan(40);
});

test('a turn may be taken at once, and what is left of its time counts from when it began', () => {
  const { turns, turn, work, now } = virtual();
  let runs = 0;
  for (const each of many(5, () => taker())) {
    turns.add(() => {
      work(0.5);
      runs++;
      return false;
    }, each);
  }
  const startMs = now();
  work(1.2);
  turns.run(startMs);
  expect(runs).toBe(2);
  work(10);
  turns.run(startMs);
  expect(runs).toBe(3); // one at the least
  turn();
  expect(runs).toBe(5);
});
