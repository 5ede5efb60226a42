import { describe, expect, test } from 'vitest';
import { flag, namesOf, parseOptions, text, texts, wholeNumber } from '../../lab/kit/options.mjs';

const OPTIONS = {
  runs: wholeNumber(),
  seed: wholeNumber(0),
  only: namesOf('campaign', ['loss', 'delay']),
  set: texts,
  replay: text,
  list: flag,
};

test('each option is read as what it is', () => {
  const args = ['all', '--runs', '3', '--seed=0', '--only', 'loss, delay', '--set', 'a=1,b=2', '--list'];
  expect(parseOptions(args, OPTIONS, 1)).toEqual({
    runs: 3,
    seed: 0,
    only: ['loss', 'delay'],
    set: ['a=1', 'b=2'],
    replay: undefined,
    list: true,
    help: false,
    positionals: ['all'],
  });
  expect(parseOptions([], OPTIONS)).toMatchObject({ runs: undefined, only: undefined, set: [], list: false });
});

describe('refuses in a sentence', () => {
  test.each([
    [['--runs', '0'], '--runs must be a whole number from 1, got "0"'],
    [['--runs', '1e3'], '--runs must be a whole number from 1, got "1e3"'],
    [['--runs', ''], '--runs must be a whole number from 1, got ""'],
    [['--seed', '9007199254740992'], '--seed must be a whole number from 0, got "9007199254740992"'],
    [['--only', 'loss,lost'], 'no campaign "lost": there are loss, delay'],
    [['--only', ''], 'no campaign "": there are loss, delay'],
    [['--list=yes'], "Option '--list' does not take an argument"],
    [['--runs'], "Option '--runs <value>' argument missing"],
    [['--run'], "Unknown option '--run'"],
    [['all'], "Unexpected argument 'all'"],
  ])('%j', (args, sentence) => {
    expect(() => parseOptions(args, OPTIONS)).toThrow(sentence);
  });
});
