import { expect, test } from 'vitest';
import { FULL_BYTES } from '../../../src/cli/output/line-writer.ts';
import {
  COMINGS_BACKLOG_BYTES,
  COMINGS_PER_SECOND,
  SAID_BACKLOG_BYTES,
  SAID_PER_SECOND,
  ServerConsole,
  TEXT_BACKLOG_BYTES,
} from '../../../src/cli/serve/server-console.ts';
import type { ServerEvent } from '../../../src/server/options/server-event.ts';

const JOIN = {
  event: 'join',
  ...{
    client: 'alice',
    stream: 'users?seed=7',
    from: 0,
    resumed: false,
    rate: 10,
    remote: '127.0.0.1:1',
    plain: true,
    carriage: 'websocket',
    clients: 1,
  },
} as const satisfies ServerEvent;
const LEAVE = {
  event: 'leave',
  ...{ client: 'alice', reason: 'lost', blocks: 0, messages: 0, clients: 0 },
} as const satisfies ServerEvent;
const REFUSE = {
  event: 'refuse',
  remote: '127.0.0.1:1',
  code: 404,
  text: 'no',
} as const satisfies ServerEvent;
const MESSAGE = { event: 'message', client: 'alice', text: 'hi' } as const satisfies ServerEvent;

/** A console, and what it wrote where. */
function shown() {
  const output = {
    lines: [] as string[],
    events: [] as { event: string }[],
    copies: [] as { event: string }[],
    textBacklogBytes: 0,
    eventsBacklogBytes: 0,
    copyBacklogBytes: 0,
    text: (line: string) => output.lines.push(line),
    event: (event: { event: string }) => output.events.push(event),
    copy: (event: { event: string }) => output.copies.push(event),
  };
  return { output, console: new ServerConsole(output) };
}

function times(count: number, act: () => void): void {
  for (let i = 0; i < count; i++) act();
}

test('of comings and goings a terminal is shown so many lines a second, and told how many more there were', () => {
  const { output, console } = shown();
  times(COMINGS_PER_SECOND, () => {
    console.show(JOIN, 1000);
    console.show(LEAVE, 1000);
  });
  expect(output.lines).toHaveLength(COMINGS_PER_SECOND);
  expect(output.events).toHaveLength(2 * COMINGS_PER_SECOND);
  console.tick(2000);
  expect(output.lines.at(-1)).toContain(`… and ${COMINGS_PER_SECOND} more lines`);
});

test('what clients say, and refusals, leave room for them', () => {
  const { output, console } = shown();
  times(500, () => {
    console.show(MESSAGE, 1000);
    console.show(REFUSE, 1000);
  });
  expect(output.lines).toHaveLength(SAID_PER_SECOND);
  console.show(JOIN, 1000);
  expect(output.lines).toHaveLength(SAID_PER_SECOND + 1);
});

test('a terminal that takes nothing is shown nothing, and told how much that was when it does again', () => {
  const { output, console } = shown();
  output.textBacklogBytes = TEXT_BACKLOG_BYTES + 1;
  for (const event of [JOIN, LEAVE, REFUSE, MESSAGE]) console.show(event, 1000);
  console.tick(2000);
  expect(output.lines).toEqual([]);
  output.textBacklogBytes = 0;
  console.tick(3000);
  expect(output.lines).toEqual([expect.stringContaining('… and 4 more lines')]);
});

test('a server that stops says first what was not shown, though there is no room', () => {
  const { output, console } = shown();
  output.textBacklogBytes = TEXT_BACKLOG_BYTES + 1;
  for (const event of [JOIN, LEAVE, MESSAGE]) console.show(event, 1000);
  console.show({ event: 'stopped' }, 1000);
  expect(output.lines).toEqual([
    expect.stringContaining('… and 3 more lines'),
    expect.stringContaining('stopped'),
  ]);
});

test('that the server begins and stops is always told', () => {
  const { output, console } = shown();
  Object.assign(output, { textBacklogBytes: 1e9, eventsBacklogBytes: 1e9, copyBacklogBytes: 1e9 });
  console.show({ event: 'listening', url: 'ws://127.0.0.1:8000' }, 1000);
  console.show({ event: 'stopped' }, 1000);
  expect(output.events).toHaveLength(2);
  expect(output.lines).toEqual([expect.stringContaining('stopped')]);
});

test('events that nobody reads are left out beyond a limit, and their number is told where they would have been', () => {
  const { output, console } = shown();
  output.eventsBacklogBytes = COMINGS_BACKLOG_BYTES + 1;
  for (const event of [JOIN, LEAVE, REFUSE]) console.show(event, 1000);
  expect(output.events).toEqual([]);
  output.eventsBacklogBytes = COMINGS_BACKLOG_BYTES;
  console.show(JOIN, 1000); // else it would stand before those that were left out
  expect(output.events).toEqual([]);
  output.eventsBacklogBytes = COMINGS_BACKLOG_BYTES / 2;
  console.show(LEAVE, 1000);
  expect(output.events).toEqual([{ event: 'not_shown', events: 4 }, LEAVE]);
});

test('clients that only come and go never fill the output, or it would no longer be seen that they go', () => {
  const { output, console } = shown();
  output.event = (event) => {
    output.eventsBacklogBytes += JSON.stringify(event).length;
    return 0;
  };
  const join = { ...JOIN, client: 'x'.repeat(64), stream: 'y'.repeat(500) };
  times(50_000, () => console.show(join, 1000));
  expect(output.eventsBacklogBytes).toBeGreaterThan(COMINGS_BACKLOG_BYTES);
  expect(output.eventsBacklogBytes).toBeLessThan(FULL_BYTES);
});

test('what clients say is left out last, from the file too, and that is told there', () => {
  const { output, console } = shown();
  Object.assign(output, { eventsBacklogBytes: SAID_BACKLOG_BYTES, copyBacklogBytes: SAID_BACKLOG_BYTES });
  console.show(MESSAGE, 1000);
  Object.assign(output, {
    eventsBacklogBytes: SAID_BACKLOG_BYTES + 1,
    copyBacklogBytes: SAID_BACKLOG_BYTES + 1,
  });
  times(3, () => console.show(MESSAGE, 1000));
  Object.assign(output, { eventsBacklogBytes: 0, copyBacklogBytes: 0 });
  console.tick(2000);
  expect(output.events).toEqual([MESSAGE, { event: 'not_shown', events: 3 }]);
  expect(output.copies).toEqual([MESSAGE, { event: 'not_shown', events: 3 }]);
});
