import { expect, test } from 'vitest';
import type { Hello } from '../../../src/bench/agents/agent-messages.ts';
import { RollCall } from '../../../src/bench/agents/roll-call.ts';
import { runWithAgents } from '../../analysis/run-with-agents.ts';

const { machine } = runWithAgents().header;

function hello(name: string, given: Partial<Hello> = {}): Hello {
  return { agent: `id of ${name}`, name, tidemark: '0.1.0', machine, processes: 1, takenBy: null, ...given };
}

function rollOf(wanted: number, ...hellos: Hello[]): RollCall {
  const roll = new RollCall(wanted, '0.1.0', ({ name }) => (name === 'unfit' ? 'it is unfit' : undefined));
  for (const each of hellos) roll.heard(each);
  return roll;
}

const namesOf = (hellos: readonly Hello[]) => hellos.map(({ name }) => name);

test('as many are taken as are wanted, by their names, and none twice', () => {
  const roll = rollOf(2, hello('c'), hello('b'), hello('a'));
  expect(namesOf(roll.next())).toEqual(['a', 'b']);
  expect(roll.next()).toEqual([]);
});

test('another is taken in place of one that refuses', () => {
  const roll = rollOf(2, hello('a'), hello('b'), hello('c'));
  roll.next();
  roll.refused(hello('a'), 'it makes another users');
  expect(namesOf(roll.next())).toEqual(['c']);
  expect(roll.sentence(30_000)).toBe('2 of 2 agents came within 30 s (b, c); a: it makes another users');
});

test('one that another bench has taken first is asked again when it is free', () => {
  const roll = rollOf(1, hello('a'));
  roll.next();
  roll.refused(hello('a'), 'it is taken by other:7');
  expect(roll.next()).toEqual([]);
  roll.heard(hello('a', { takenBy: 'other:7' }));
  expect(roll.sentence(30_000)).toBe('none of 1 agent came within 30 s; a: it is taken by other:7');
  roll.heard(hello('a'));
  expect(namesOf(roll.next())).toEqual(['a']);
});

test('why each other is not used is told', () => {
  const others = [
    hello('unfit'),
    hello('old', { tidemark: '0.0.9' }),
    hello('busy', { takenBy: 'host:1' }),
    hello('a', { agent: 'another of its name' }),
  ];
  const roll = rollOf(3, hello('a'), ...others);
  expect(namesOf(roll.next())).toEqual(['a']);
  expect(roll.sentence(2000)).toBe(
    '1 of 3 agents came within 2 s (a); a: another agent has its name; busy: it is taken by host:1; old: it is tidemark 0.0.9, this is 0.1.0; unfit: it is unfit',
  );
});
