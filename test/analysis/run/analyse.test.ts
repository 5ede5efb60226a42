import { describe, expect, test } from 'vitest';
import { parseThresholds } from '../../../src/analysis/condition/threshold.ts';
import { analyse } from '../../../src/analysis/run/analyse.ts';
import { simulatedRun } from '../simulated-run.ts';

const SWEEP = { blocks: [1, 5, 20, 100, 500], clients: [1, 5, 20, 100], repeat: 5, seed: 1 };

describe('an analysis', () => {
  const analysis = analyse(simulatedRun(SWEEP));

  test('has every cell, in the order of clients and block', () => {
    expect(analysis.cells.map(({ clients, block }) => [clients, block])).toEqual(
      SWEEP.clients.flatMap((n) => SWEEP.blocks.map((block) => [n, block])),
    );
    expect([analysis.complete, analysis.invalid, analysis.unproved]).toEqual([true, 0, 0]);
  });

  test('finds the cost of a block that was put in, for each number of clients and pooled', () => {
    const models = analysis.models.block_time;
    expect(models.map(({ clients }) => clients)).toEqual([1, 5, 20, 100, null]);
    for (const { clients, fit } of models) {
      if ('refused' in fit) return expect.fail(fit.refused);
      const share = clients ?? 1;
      expect(fit.fixed_ms.value / share).toBeCloseTo(0.05, 2);
      expect(fit.per_message_ms.value / share).toBeGreaterThan(0.0018);
      expect(fit.per_message_ms.value / share).toBeLessThan(0.0022);
    }
  });

  test('says it in sentences with numbers and intervals', () => {
    const [cost] = analysis.answer;
    expect(cost).toMatch(
      /^At full speed with 1 client, a block costs a fixed [\d.]+ µs \(95 % interval [\d.]+ µs to [\d.]+ µs\) and [\d.]+ µs per message/,
    );
    const times = analysis.answer.find((sentence) =>
      sentence.startsWith('With 100 clients a block of 20 takes'),
    );
    const [, ratio] = /takes ([\d.e+]+) times as long as with one/.exec(times ?? '') ?? [];
    expect(Number(ratio)).toBeGreaterThan(90);
    expect(Number(ratio)).toBeLessThan(110);
    expect(analysis.answer.at(-1)).toBe('Every block of all 20 cells was proved.');
  });

  test('says where throughput falls beyond the knee, and where repeats are far apart', () => {
    const run = simulatedRun({ ...SWEEP, betweenRepeats: 0.01 });
    const speeds: Readonly<Record<number, number>> = { 1: 100, 5: 400, 20: 300, 100: 200 };
    const measurements = run.measurements.map((measurement) => {
      const { cell } = measurement;
      const slow = cell.repeat === 1 && cell.clients === 100 && cell.block === 5 ? 3 : 1;
      const msgs_per_s = ((speeds[cell.clients] ?? 0) + cell.repeat) / slow;
      return { ...measurement, cell: { ...cell, msgs_per_s } };
    });
    const { answer } = analyse({ ...run, measurements });
    expect(answer).toContain(
      'The knee is at 5 clients for blocks of 500: beyond it throughput falls, from 403 to 203 messages a second with 100 clients, and each waits longer.',
    );
    expect(answer).toContain(
      'In 1 of 20 cells repeats of the same thing are more than 2 times apart, most with blocks of 5 and 100 clients at full speed: from 67 to 205 messages a second. Something else used the machine, or it has more than one speed.',
    );
    expect(analysis.answer.join(' ')).not.toContain('times apart');
  });

  test('of throughput without a knee gives the ends', () => {
    expect(analysis.answer).toContainEqual(
      expect.stringMatching(
        /^Throughput has no knee that the repeats bear: blocks of 500 make [\d.]+k messages a second with 1 client, [\d.]+k messages a second with 100 clients\.$/,
      ),
    );
  });

  test('has quantiles to where one block is beyond them, and the slowest', () => {
    const [cell] = analyse(simulatedRun({ ...SWEEP, blocks: [20], clients: [1], blocksEach: 400 })).cells;
    const points = cell?.interval_quantiles ?? [];
    expect(points.map(({ probability }) => probability)).toEqual([
      ...Array.from({ length: 100 }, (_, index) => index / 100),
      ...[0.995, 0.999, 0.9995, 1], // of 2,000 blocks
    ]);
    const times = points.map(({ ms }) => ms);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect([times[50], times[99], times.at(-1)]).toEqual([
      cell?.interval_ms?.p50,
      cell?.interval_ms?.p99,
      cell?.interval_ms?.max,
    ]);
  });

  test('is the same each time', () => {
    expect(analyse(simulatedRun(SWEEP))).toEqual(analysis);
  });

  test('counts who was slow in one repeat, though another was in the next', () => {
    const run = simulatedRun({ ...SWEEP, blocks: [20], clients: [2], repeat: 2 });
    const measurements = run.measurements.map((measurement, index) => ({
      ...measurement,
      cell: { ...measurement.cell, client_msgs_per_s: index === 0 ? [10, 30] : [30, 10] },
    }));
    const [cell] = analyse({ ...run, measurements }).cells;
    expect(cell?.fairness).toEqual({ jain: expect.closeTo(0.8, 9), min_msgs_per_s: 10, max_msgs_per_s: 30 });
  });

  test('leaves invalid cells out of every model, and says so', () => {
    const run = simulatedRun(SWEEP);
    const measurements = run.measurements.map((measurement) =>
      measurement.cell.clients === 100
        ? { ...measurement, cell: { ...measurement.cell, valid: false, reasons: ['busy'] } }
        : measurement,
    );
    const { invalid, answer, models } = analyse({ ...run, measurements });
    expect(invalid).toBe(5);
    expect(models.block_time.map(({ clients }) => clients)).toEqual([1, 5, 20, null]);
    expect(answer).toContain(
      '5 of 20 cells are invalid, for the reasons beside them, and left out of all of the above.',
    );
  });

  test('of a paced run says what the rate says', () => {
    const paced = analyse(
      simulatedRun({ blocks: [5], clients: [3], repeat: 3, seed: 1, rate: 10, withinRepeat: 0.01 }),
    );
    expect(paced.answer[0]).toMatch(
      /^At 10\/s with 3 clients, a block of 5 takes (49\d|50\d) ms, where the rate says 500 ms/,
    );
    expect(paced.models.scalability).toEqual([]);
  });
});

describe('a threshold', () => {
  const [cell] = analyse(simulatedRun({ ...SWEEP, blocks: [20], clients: [1] })).cells;
  test.each([
    ['proved', undefined],
    ['valid', undefined],
    ['p99_block_ms<1000', undefined],
    ['p99_block<1000', undefined],
    ['msgs_per_s>=1', undefined],
    ['fairness>=1', undefined],
    ['p99_latency_ms<5', 'was not measured'],
  ])('%s is kept, or crossed by %s', (text, by) => {
    expect(parseThresholds(text)[0]?.crossedBy(cell as NonNullable<typeof cell>)).toBe(by);
  });

  test('that is crossed says what there is instead', () => {
    const [threshold] = parseThresholds('mean_block_ms<0.001');
    expect(threshold?.crossedBy(cell as NonNullable<typeof cell>)).toMatch(/^is 0\.0\d+$/);
  });
});

describe('of blocks that came in one read', () => {
  const { cells, answer } = analyse(
    simulatedRun({ ...SWEEP, clients: [1], bundled: { blocks: 5, upToMessages: 20 } }),
  );
  const small = cells.find(({ block }) => block === 20) as NonNullable<(typeof cells)[number]>;

  test('no threshold is kept by figures of 0', () => {
    const crossedBy = (text: string) => parseThresholds(text)[0]?.crossedBy(small);
    expect(crossedBy('p50_block_ms<1000')).toMatch(
      /^can't be told, since so many blocks came in one read with/,
    );
    expect(crossedBy('p99_elapsed_ms<1000')).toMatch(
      /^can't be told, since so many blocks came whole in one/,
    );
    expect(crossedBy('max_elapsed_ms<1000')).toMatch(/^can't be told/);
    // One block of five has the time of all: that many are resolved.
    expect(crossedBy('p99_block_ms<1000')).toBeUndefined();
    expect(crossedBy('mean_block_ms<1000')).toBeUndefined();
  });

  test('the answer says that their median is no figure', () => {
    const bundled = cells.filter(({ interval_ms }) => interval_ms?.p50 === 0).length;
    expect(answer.join()).toContain(
      `In ${bundled} of ${cells.length} cells most blocks came in one read with the block before`,
    );
    expect(answer.at(-1)).toContain('was proved');
  });
});

test('the answer begins with a sentence that has a number, and what can not be said comes behind what can', () => {
  // One size and one number of clients: no line, no law, nothing to compare.
  const one = analyse(simulatedRun({ ...SWEEP, blocks: [20], clients: [1] })).answer;
  expect(one[0]).toMatch(
    /^At full speed with 1 client, a block of 20 takes [\d.]+ µs \(95 % interval .*\): [\d.]+k? messages a second/,
  );
  const refused = analyse(simulatedRun({ ...SWEEP, blocks: [20] })).answer;
  expect(refused[0]).toMatch(/\d/);
  expect(refused[0]).not.toContain("can't be put as");
  expect(refused.findIndex((text) => text.includes("can't be put as"))).toBeGreaterThan(0);
});
