import { expect, test } from 'vitest';
import { FairTurns } from '../../src/transport/fair-turns.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Holds the thread. */
function work(ms: number): void {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
}

test('jobs take turns, and those that have more to do wait behind the others', async () => {
  const turns = new FairTurns();
  const done: string[] = [];
  const job = (name: string, times: number) => () => {
    done.push(name);
    return --times > 0;
  };
  turns.add(job('a', 3));
  turns.add(job('b', 1));
  turns.add(job('c', 2));
  await turn();
  expect(done).toEqual(['a', 'b', 'c', 'a', 'c', 'a']);
});

test('however many there are, they give the event loop back after about 2 ms', async () => {
  const turns = new FairTurns();
  let done = 0;
  for (let i = 0; i < 10; i++) {
    turns.add(() => {
      work(1.5);
      done++;
      return false;
    });
  }
  const counts: number[] = [];
  while (done < 10) {
    await turn();
    counts.push(done);
  }
  expect(counts[0]).toBeLessThanOrEqual(2);
  expect(counts.length).toBeGreaterThanOrEqual(5);
});

test('a job that waits is not added twice, and one that is removed is not run', async () => {
  const turns = new FairTurns();
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
  turns.add(never);
  turns.remove(never);
  await turn();
  expect(runs).toBe(1);
});
