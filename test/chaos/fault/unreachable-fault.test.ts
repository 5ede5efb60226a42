import { expect, test } from 'vitest';
import { parseFaultSpec } from '../../../src/chaos/fault/fault-spec.ts';
import { unreachableFaults } from '../../../src/chaos/fault/unreachable-fault.ts';

const warned = (text: string) => unreachableFaults(parseFaultSpec(text));

test.each([
  '',
  'cut=@30',
  'stall=@20:300ms,cut=@30',
  'cut=@30,stall=@20:300ms',
  'drop=@5,repeat=@9,swap=@100',
  'cut=5s,stall=@90:300ms',
  'cut=1%,drop=@90',
  'drop=1%,drop=@90',
  'drop=@90,drop=100%',
  'stall=@1:1s,drop=@90',
  'cut=@30,drop=@90/2',
  'cut=@30/2,drop=@90',
])('%j can happen as it says', (text) => {
  expect(warned(text)).toEqual([]);
});

test.each([
  ['cut=@30,stall=@90:300ms', 'stall=@90 never happens: cut=@30 ends that stream before'],
  ['drop=@90,close=@30:1001', 'drop=@90 never happens: close=@30 ends that stream before'],
  ['half-open=@1,cut=@2', 'cut=@2 never happens: half-open=@1 ends that stream before'],
  ['cut=@1/2,drop=@2/2', 'drop=@2/2 never happens: cut=@1/2 ends that stream before'],
  ['drop=@7,cut=@7', 'cut=@7 never happens: drop=@7 comes first at that message'],
  ['cut=@7,drop=@7', 'drop=@7 never happens: cut=@7 comes first at that message'],
  ['drop=100%,flip=@7', 'flip=@7 never happens: drop=100% comes first at that message'],
  ['flip=@7,cut=100%', 'flip=@7 never happens: cut=100% ends that stream before'],
])('of %j it is told that one can not happen', (text, sentence) => {
  expect(warned(text)).toEqual([`chaos: ${sentence}`]);
});

test('each that can not happen is told', () => {
  expect(warned('cut=@30,drop=@40,stall=@90:1s')).toHaveLength(2);
});
