import { expect, test } from 'vitest';
import type { SeenLine } from '../../../src/cli/top/live-schema.ts';
import { NOTHING_SEEN, withLine } from '../../../src/cli/top/live-view.ts';
import { client, opening, second, stream } from './seen.ts';

const viewOf = (...lines: readonly SeenLine[]) => lines.reduce(withLine, NOTHING_SEEN);
const moment = (atSeconds: number) => ({
  ...{ at_ms: atSeconds * 1000, interval_ms: 1000, clients: 1, streams: [stream()] },
});
const mark = (atSeconds: number, name: string) => ({
  ...{ at_ms: atSeconds * 1000, kind: 'lost', client: name, text: `${name} is lost` },
});

test("a client's rate is how far its cursor went in the last seconds", () => {
  const at = (atSeconds: number, cursor: number) => second(atSeconds, [client('alice', { cursor })]);
  expect(viewOf(at(1, 100)).roster[0]?.messages_per_s).toBeNull();
  expect(viewOf(at(1, 100), at(2, 110)).roster[0]?.messages_per_s).toBe(10);
  const slow = viewOf(at(1, 100), at(2, 100), at(3, 101), at(4, 101), at(5, 101), at(6, 102));
  expect(slow.roster[0]?.messages_per_s).toBe(0.4);
  expect(withLine(slow, at(7, 102)).roster[0]?.messages_per_s).toBe(0.4); // of the last five seconds
});

test('another connection of a client begins anew', () => {
  const later = client('alice', { cursor: 5000, since: new Date(1500).toISOString() });
  const [alice] = viewOf(second(1, [client('alice', { cursor: 100 })]), second(2, [later])).roster;
  expect(alice).toMatchObject({ messages_per_s: null, age_ms: 500 });
});

test('a client that is gone is forgotten', () => {
  const view = viewOf(second(1, [client('alice'), client('bob')]), second(2, [client('bob')]));
  expect(view.roster.map(({ name }) => name)).toEqual(['bob']);
  expect([...view.paths.keys()]).toEqual(['bob']);
});

test('an opening after an outage adds only what was missed', () => {
  const lost = mark(1, 'alice');
  const view = viewOf(
    opening({ seconds: [moment(1), moment(2)], marks: [lost] }),
    second(3, []),
    opening({ seconds: [moment(2), moment(3), moment(4)], marks: [lost, mark(4, 'bob')] }),
  );
  expect(view.moments.map(({ at_ms }) => at_ms)).toEqual([1000, 2000, 3000, 4000]);
  expect(view.marks.map(({ text }) => text)).toEqual(['alice is lost', 'bob is lost']);
});

test('no more is kept than is shown, however long it is watched', () => {
  const seconds = Array.from({ length: 400 }, (_, index) =>
    second(index, [client('alice', { cursor: index })], { marks: [mark(index, 'x')] }),
  );
  const view = viewOf(opening(), ...seconds);
  expect([view.moments.length, view.marks.length, view.paths.get('alice')?.points.length]).toEqual([
    300, 20, 6,
  ]);
});
