import { describe, expect, test } from 'vitest';
import { type Finding, openStream, StreamError, type VerifyOptions, verify } from '../../src/index.ts';

const stream = openStream('users?seed=7');
const lines = Array.from({ length: 50 }, (_, seq) => `${new TextDecoder().decode(stream.message(seq))}\n`);

async function* slowly(parts: Iterable<string | Uint8Array>): AsyncGenerator<string | Uint8Array> {
  for (const part of parts) {
    await Promise.resolve();
    yield part;
  }
}

test('takes text and bytes, in any iterable, and gives a verdict', async () => {
  const bytes = lines.map((line) => Buffer.from(line));
  for (const capture of [lines, slowly(lines), slowly(bytes), bytes]) {
    expect(await verify('users?seed=7', capture, { count: 50 })).toMatchObject({
      verdict: 'proved',
      messages: 50,
    });
  }
});

test('tells of what is wrong as soon as it is sure', async () => {
  const told: string[] = [];
  const verdict = await verify('users?seed=7', [...lines.slice(0, 9), ...lines.slice(8, 40)], {
    count: 50,
    onFinding: ({ kind, from, to }) => told.push(`${kind} ${from} to ${to}`),
  });
  expect(told).toEqual(['repeated 8 to 8', 'lost 40 to 49']);
  expect(verdict).toMatchObject({ verdict: 'failed', lost: 10, repeated: 1 });
});

test('rejects a stream that is not there, and what the capture throws', async () => {
  await expect(verify('orders', [])).rejects.toThrow(StreamError);
  const broken = (async function* () {
    yield lines[0] ?? '';
    throw new Error('the disk is gone');
  })();
  await expect(verify('users?seed=7', broken)).rejects.toThrow('the disk is gone');
});

test('takes a capture that is whole, or cut between the two parts of a character', async () => {
  const capture = '{"seq":0,"text":"\u{1f600}"}\n';
  for (const parts of [
    capture,
    Buffer.from(capture),
    [...capture].flatMap((character) => character.split('')),
  ]) {
    const received: string[] = [];
    await verify('bytes?seed=7', parts, {
      onFinding: ({ firstDifference }) => received.push(firstDifference?.received ?? ''),
    });
    expect(received.join('')).not.toContain('\ufffd');
    expect(await verify('users?seed=7', lines.join(''), { count: 50 })).toMatchObject({ verdict: 'proved' });
  }
});

test.each([
  ['no stream', null, [], 'the stream is a Stream or its name, got null'],
  ['another object', {}, [], 'the stream is a Stream or its name, got object'],
  ['no capture', 'users', undefined, 'a capture is bytes or text, or an iterable of them, got undefined'],
  ['a number', 'users', 7, 'got number'],
])('%s is a TypeError that says so', async (_, given, capture, says) => {
  const error: unknown = await verify(given as never, capture as never).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(TypeError);
  expect(String(error)).toContain(says);
});

describe('what is not what it seems', () => {
  const lines = Array.from({ length: 6 }, (_, seq) => new TextDecoder().decode(stream.message(seq)));
  const text = (all: readonly string[]) => [`${all.join('\n')}\n`];

  test('a member that is there twice is corrupt, though the last of the two is right', async () => {
    const twice = lines.map((line, seq) => (seq === 2 ? line.replace('{', '{"name":"EVIL",') : line));
    const findings: Finding[] = [];
    const verdict = await verify(stream, text(twice), {
      equal: 'json',
      onFinding: (finding) => findings.push(finding),
    });
    expect(verdict).toMatchObject({ verdict: 'failed', corrupt: 1, lost: 0, foreign: 0 });
    expect(findings[0]?.firstDifference?.received).toContain('one of them twice');
  });

  test('a torn line whose seq is far away does not decide what was due', async () => {
    for (const torn of ['{"seq":9007199254740990', '{"seq":9007199254740990,', '{"seq":77']) {
      const verdict = await verify(stream, text([...lines, torn]));
      expect(verdict, torn).toMatchObject({ expected: 6, lost: 0, foreign: 1, corrupt: 0 });
    }
    const whole = new TextDecoder().decode(stream.message(77)).slice(0, 60);
    expect(await verify(stream, text([...lines, whole]))).toMatchObject({ expected: 78, corrupt: 1 });
    const next = await verify(stream, text([...lines, '{"seq":6']));
    expect(next).toMatchObject({ expected: 7, corrupt: 1, foreign: 0 });
  });

  test('a corrupt copy of a message that came is repeated too, in either order', async () => {
    const bad = (lines[2] ?? '').replace(/"email":"./, '"email":"?');
    const faults = { messages: 7, expected: 6, lost: 0, corrupt: 1, repeated: 1, reordered: 0 };
    const after = await verify(stream, text([...lines.slice(0, 3), bad, ...lines.slice(3)]));
    const before = await verify(stream, text([...lines.slice(0, 2), bad, ...lines.slice(2)]));
    expect([after, before]).toMatchObject([faults, faults]);
  });

  test.each(['{"seq":1.5,"x":1}', '{"seq":1e300}'])('%s is no message 1', async (stray) => {
    const verdict = await verify(stream, text([stray, ...lines]), { count: 6 });
    expect(verdict).toMatchObject({ foreign: 1, corrupt: 0, repeated: 0, reordered: 0, lost: 0 });
  });

  test('a block log in another order says all the same what was due', async () => {
    const run = { record: 'run', stream: stream.name, from: 0, count: 6 };
    const block = (seqs: readonly number[]) => ({
      record: 'block',
      messages: seqs.map((seq) => ({ seq, data: lines[seq] })),
    });
    const log = (records: readonly object[]) => text(records.map((record) => JSON.stringify(record)));
    const whole = [block([3, 4, 5]), block([0, 1, 2]), run];
    expect(await verify(stream, log(whole), { order: 'any' })).toMatchObject({
      verdict: 'proved',
      counted: true,
    });
    const torn = [block([0, 1, 2]), run];
    expect(await verify(stream, log(torn), { order: 'any' })).toMatchObject({ verdict: 'failed', lost: 3 });
    const later = [block([3, 4, 5]), { ...run, from: 3, count: 3 }];
    await expect(verify(stream, log(later), { order: 'any' })).rejects.toThrow(/from must be given/);
  });

  test('a block log in another order that begins elsewhere must be told where', async () => {
    const data = (seq: number) => new TextDecoder().decode(stream.message(seq));
    const reversed = [
      JSON.stringify({ record: 'block', messages: [500, 501].map((seq) => ({ seq, data: data(seq) })) }),
      JSON.stringify({ record: 'run', stream: 'users?seed=7', from: 500, count: null }),
    ];
    await expect(verify(stream, text(reversed))).rejects.toThrow('which says 500, is not its first line');
    expect(await verify(stream, text(reversed), { from: 500 })).toMatchObject({ verdict: 'proved' });
  });

  test.each([
    [{ equal: 'xml' }, /equal must be bytes or json, got "xml"/],
    [{ order: 'random' }, /order must be sequential or any, got "random"/],
  ])('%j is refused', async (options, message) => {
    await expect(verify(stream, text(lines), options as VerifyOptions)).rejects.toThrow(message);
  });

  test.each([5, null, undefined, {}])('a chunk %j is refused', async (chunk) => {
    await expect(verify(stream, [chunk as never])).rejects.toThrow(/made of bytes or text/);
  });
});
