import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alternate, exitCode, isMet, outcomeOf, slackened, spread, summarise } from './measure.mjs';

test('the spread is from the least to the most', () => {
  assert.deepEqual(spread([2, 1, 3]), { minimum: 1, maximum: 3 });
});

test('a ratio is the median of the paired ratios, not the ratio of the medians', () => {
  const runs = [
    { ours: 10, peer: 1 },
    { ours: 12, peer: 6 },
    { ours: 14, peer: 2 },
  ];
  assert.deepEqual(summarise(runs, 'ratio'), { ours: 12, peer: 2, figure: 7, minimum: 2, maximum: 10 });
});

test('differences, and values with no peer', () => {
  assert.equal(summarise([{ ours: 90, peer: 40 }], 'difference').figure, 50);
  const alone = summarise([{ ours: 90 }], 'value');
  assert.equal(alone.figure, 90);
  assert.equal(alone.peer, undefined);
});

test('a target is met up to and with its limit', () => {
  assert.ok(isMet(2, { atLeast: 2 }));
  assert.ok(!isMet(1.99, { atLeast: 2 }));
  assert.ok(isMet(1.2, { atMost: 1.2 }));
  assert.ok(!isMet(1.21, { atMost: 1.2 }));
  assert.ok(!isMet(Number.NaN, { atLeast: 0 }));
  assert.ok(!isMet(Number.NaN, { atMost: 9 }));
});

test('slack is half of what is asked for, whichever way the target points', () => {
  assert.deepEqual(slackened({ atLeast: 60 }), { atLeast: 30 });
  assert.deepEqual(slackened({ atMost: 1.2 }), { atMost: 2.4 });
});

test('what is no figure has failed, with a target or without', () => {
  assert.equal(outcomeOf(Number.NaN, { atLeast: 1 }), 'failed');
  assert.equal(outcomeOf(Number.POSITIVE_INFINITY, { atLeast: 1 }), 'failed');
  assert.equal(outcomeOf(Number.NaN, undefined), 'failed');
  assert.equal(outcomeOf(1, undefined), 'told');
  assert.equal(outcomeOf(1, { atLeast: 1 }), 'met');
  assert.equal(outcomeOf(1, { atMost: 0.5 }), 'missed');
});

test('the exit code is 0 only if every row is met or only told', () => {
  assert.equal(exitCode(['met', 'told', 'met']), 0);
  assert.equal(exitCode(['met', 'missed']), 1);
  assert.equal(exitCode(['failed', 'met']), 1);
  assert.equal(exitCode([]), 1);
});

test('ours and peer take turns', async () => {
  /** @type {string[]} */
  const order = [];
  const measure = (/** @type {string} */ name) => async (/** @type {number} */ i) => {
    order.push(name);
    return i;
  };
  const runs = await alternate(2, measure('ours'), measure('peer'));
  assert.deepEqual(order, ['ours', 'peer', 'ours', 'peer']);
  assert.deepEqual(runs, [
    { ours: 0, peer: 0 },
    { ours: 1, peer: 1 },
  ]);
});
