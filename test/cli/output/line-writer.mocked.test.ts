import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, read, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { LineWriter } from '../../../src/cli/output/line-writer.ts';
import { temporaryFolder } from '../../e2e/processes.ts';

const MIB = 1024 * 1024;
const readFrom = promisify(read);

function opened(path: string, flags: string | number): number {
  const file = openSync(path, flags);
  onTestFinished(() => closeSync(file));
  return file;
}

/** A pipe with a name, both ends open; a write that does not fit says EAGAIN. */
function pipe(): { reader: number; writer: number; hangUp: () => void } {
  const path = join(temporaryFolder(), 'pipe');
  execFileSync('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = opened(path, constants.O_WRONLY | constants.O_NONBLOCK);
  let open = true;
  const hangUp = () => {
    if (open) closeSync(reader);
    open = false;
  };
  onTestFinished(hangUp);
  return { reader, writer, hangUp };
}

/** A writer to a descriptor, and what it told. */
function writing(descriptor: number): { writer: LineWriter; told: (string | boolean | undefined)[] } {
  const told: (string | boolean | undefined)[] = [];
  const writer = new LineWriter(descriptor, {
    broken: ({ code }) => told.push(code),
    full: (full) => told.push(full),
  });
  return { writer, told };
}

describe('to a file', () => {
  test('writes whole lines, in order', async () => {
    const path = join(temporaryFolder(), 'lines');
    const { writer, told } = writing(opened(path, 'w'));
    const lines = Array.from({ length: 10_000 }, (_, index) => `${index} é€😀`);
    for (const line of lines) writer.write(line);
    expect(writer.backlogBytes).toBeGreaterThan(0);
    await writer.flush();
    expect(writer.backlogBytes).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe(`${lines.join('\n')}\n`);
    expect(told).toEqual([]);
  });

  test('goes on after a flush, and waits for all that came meanwhile', async () => {
    const path = join(temporaryFolder(), 'lines');
    const { writer } = writing(opened(path, 'w'));
    await writer.flush();
    writer.write('one');
    const flushed = writer.flush();
    writer.write('two');
    await flushed;
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
    writer.write('');
    await writer.flush();
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n\n');
  });

  test('a backlog that was full stays so until it is low', async () => {
    const told: [full: boolean, backlogBytes: number][] = [];
    const writer: LineWriter = new LineWriter(opened(join(temporaryFolder(), 'lines'), 'w'), {
      full: (full) => told.push([full, writer.backlogBytes]),
    });
    writer.write('x'.repeat(5 * MIB - 1)); // is taken first, alone, and leaves 4 MiB
    writer.write('x'.repeat(4 * MIB - 1));
    await writer.flush();
    expect(told).toEqual([
      [true, 9 * MIB],
      [false, 0],
    ]);
  });

  test('without hooks is fine', async () => {
    const path = join(temporaryFolder(), 'lines');
    const writer = new LineWriter(opened(path, 'w'));
    writer.write('one');
    await writer.flush();
    expect(readFileSync(path, 'utf8')).toBe('one\n');
  });
});

describe('lines that keep coming', () => {
  /** A writer to a file, which has just written its first line; the clock and timers stand still. */
  async function afterOneLine() {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    onTestFinished(() => void vi.useRealTimers());
    const path = join(temporaryFolder(), 'lines');
    const { writer } = writing(opened(path, 'w'));
    writer.write('one');
    const written = async () => {
      while (writer.backlogBytes > 0) await nextTurn();
      return readFileSync(path, 'utf8');
    };
    expect(await written()).toBe('one\n');
    return { path, writer, written };
  }

  test('are gathered for 20 ms', async () => {
    const { writer, written } = await afterOneLine();
    writer.write('two');
    vi.advanceTimersByTime(19);
    writer.write('three');
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(1);
    expect(vi.getTimerCount()).toBe(0);
    expect(await written()).toBe('one\ntwo\nthree\n');
    writer.write('four');
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(20);
    expect(await written()).toBe('one\ntwo\nthree\nfour\n');
  });

  test('are written at once when they are 64 KiB', async () => {
    const { writer, written } = await afterOneLine();
    writer.write('two');
    writer.write('x'.repeat(65_530));
    expect(vi.getTimerCount()).toBe(1);
    writer.write('');
    expect(vi.getTimerCount()).toBe(0);
    expect(await written()).toBe(`one\ntwo\n${'x'.repeat(65_530)}\n\n`);
  });

  test('are written at once after a pause', async () => {
    const { writer, written } = await afterOneLine();
    vi.advanceTimersByTime(20);
    writer.write('two');
    expect(vi.getTimerCount()).toBe(0);
    expect(await written()).toBe('one\ntwo\n');
  });

  test('are written at once by a flush', async () => {
    const { writer, written } = await afterOneLine();
    writer.write('two');
    await writer.flush();
    expect(writer.backlogBytes).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    expect(await written()).toBe('one\ntwo\n');
  });

  test('are written when the process exits', async () => {
    const before = process.listeners('exit');
    const ofWriter = () => process.listeners('exit').filter((listener) => !before.includes(listener));
    const { path, writer } = await afterOneLine();
    expect(ofWriter()).toEqual([]);
    writer.write('two €');
    const [atExit] = ofWriter();
    atExit?.call(process, 0);
    expect(ofWriter()).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo €\n');
  });
});

describe('that breaks', () => {
  test('a pipe whose reader is gone is told once, and nothing more is taken', async () => {
    const { writer: descriptor, hangUp } = pipe();
    hangUp();
    const { writer, told } = writing(descriptor);
    for (let line = 0; line < 100; line++) writer.write(`line ${line}`);
    await writer.flush();
    expect(told).toEqual(['EPIPE']);
    writer.write('more');
    await writer.flush();
    expect(told).toEqual(['EPIPE']);
    expect(writer.backlogBytes).toBe(0);
  });

  test('without hooks does no harm', async () => {
    const { writer: descriptor, hangUp } = pipe();
    hangUp();
    const writer = new LineWriter(descriptor);
    writer.write('one');
    await writer.flush();
    expect(writer.backlogBytes).toBe(0);
  });

  test('a backlog that will never be written holds nobody back', async () => {
    const { writer: descriptor, hangUp } = pipe();
    const { writer, told } = writing(descriptor);
    for (let count = 0; count < 9; count++) writer.write('x'.repeat(MIB));
    expect(told).toEqual([true]);
    hangUp();
    await writer.flush();
    expect(told).toEqual([true, false, 'EPIPE']);
  });
});

describe('to a pipe that nobody reads', () => {
  test('has lines wait as bytes, 64 KiB together, which are no objects of the collector', async () => {
    const { writer: descriptor, hangUp } = pipe();
    const { writer } = writing(descriptor);
    const from = vi.spyOn(Buffer, 'from');
    onTestFinished(() => from.mockRestore());
    const line = 'x'.repeat(99);
    for (let count = 0; count < 60_000; count++) writer.write(line);
    expect(writer.backlogBytes).toBe(6_000_000);
    const lengths = from.mock.calls.map(([text]) => (text as unknown as string).length);
    expect(lengths.reduce((sum, length) => sum + length)).toBeGreaterThan(6_000_000 - 65_536);
    expect(Math.max(...lengths)).toBeLessThan(65_536 + 100);
    hangUp();
    await writer.flush();
  });

  test('is full beyond 8 MiB, does not wait, and is low again once it is read', async () => {
    const { reader, writer: descriptor } = pipe();
    const { writer, told } = writing(descriptor);
    const line = 'x'.repeat(MIB - 1);
    for (let count = 0; count < 8; count++) writer.write(line);
    expect(told).toEqual([]);
    expect(writer.backlogBytes).toBe(8 * MIB);
    writer.write('one more');
    writer.write('and another');
    expect(told).toEqual([true]);
    let flushed = false;
    const done = writer.flush().then(() => {
      flushed = true;
    });
    const buffer = Buffer.alloc(MIB);
    const parts: string[] = [];
    // Once all is written, what is left is in the pipe.
    for (let left = true; left || !flushed; ) {
      const wasFlushed = flushed;
      // An empty pipe says EAGAIN until the writer's next attempt.
      const { bytesRead } = await readFrom(reader, buffer, 0, buffer.length, null).catch(() => ({
        bytesRead: 0,
      }));
      parts.push(buffer.toString('latin1', 0, bytesRead));
      left = !wasFlushed || bytesRead > 0;
    }
    await done;
    expect(told).toEqual([true, false]);
    expect(writer.backlogBytes).toBe(0);
    expect(parts.join('')).toBe(`${`${line}\n`.repeat(8)}one more\nand another\n`);
  });
});
