import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseProfile, profileText } from '../../src/delivery/profile.ts';
import { CLOSE, closeIsFinal, httpStatusIsFinal } from '../../src/session/close-codes.ts';
import { decodeClientMessage, decodeServerMessage } from '../../src/session/codec.ts';
import { LIMITS } from '../../src/session/limits.ts';
import { CLIENT_MESSAGES, type Receipt, SERVER_MESSAGES, type Welcome } from '../../src/session/messages.ts';
import { crc32Hex, digestMessage } from '../../src/stream/digest.ts';
import { STREAM_KINDS } from '../../src/stream/kinds/stream-kinds.ts';
import { Draws, fieldKey, messageKey, output } from '../../src/stream/program/splitmix64.ts';
import { FAKER_VERSION, GENERATOR_VERSION, openStream, type Stream } from '../../src/stream/stream.ts';

/** Holds PROTOCOL.md and the code equal: messages, close codes, limits, streams, and every example. */
const protocol = readFileSync(new URL('../../PROTOCOL.md', import.meta.url), 'utf8');

/** The text under the one heading, up to the next of its level or above. */
function section(heading: string): string {
  const level = /^#+/.exec(heading)?.[0].length ?? 0;
  const lines = protocol.split('\n');
  const starts = lines.flatMap((line, index) => (line === heading ? [index] : []));
  expect(starts, `headings "${heading}"`).toHaveLength(1);
  const rest = lines.slice((starts[0] ?? 0) + 1);
  const end = rest.findIndex((line) => new RegExp(`^#{1,${level}} `).test(line));
  return rest.slice(0, end < 0 ? undefined : end).join('\n');
}

/** The rows of the last table before a section's own sections, without its head; a cell may hold an escaped bar. */
function rows(heading: string): string[][] {
  const [own = ''] = section(heading).split(/^#{2,} /m);
  const lines = own.split('\n').filter((line) => line.startsWith('|'));
  const rule = lines.findLastIndex((line) => /^[|-]+$/.test(line));
  return lines.slice(rule + 1).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

function blocks(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)\n\`\`\`$`, 'gm'))].map(
    ([, body = '']) => body,
  );
}

const unquoted = (cell = '') => cell.replaceAll('`', '');
const decoded = (stream: Stream, seq: number) => new TextDecoder().decode(stream.message(seq));

describe('control messages', () => {
  const messages = [
    ...Object.keys(SERVER_MESSAGES).map((type) => ({ type, from: 'Server', decode: decodeServerMessage })),
    ...Object.keys(CLIENT_MESSAGES).map((type) => ({ type, from: 'Client', decode: decodeClientMessage })),
  ];

  test.each(messages)('$type has its heading and direction, and its examples decode', (message) => {
    const text = section(`### \`${message.type}\``);
    expect(text.trimStart()).toMatch(new RegExp(`^${message.from} → `));
    const examples = blocks(text, 'json');
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      expect(message.decode(`\u001e${example}`)).toEqual(JSON.parse(example));
      expect(JSON.parse(example).type).toBe(message.type);
    }
  });

  test.each(messages)('the fields of $type are those of its example', ({ type }) => {
    const [example = '{}'] = blocks(section(`### \`${type}\``), 'json');
    const described = rows(`### \`${type}\``).flatMap(([name]) => unquoted(name).split(', '));
    expect(described).toEqual(Object.keys(JSON.parse(example)).filter((name) => name !== 'type'));
  });

  test('every heading of `tidemark.v1` that names a message names one that there is', () => {
    const named = [...section('## 5. `tidemark.v1`').matchAll(/^### `(.*)`$/gm)].map(([, type]) => type);
    expect(named.toSorted()).toEqual(messages.map(({ type }) => type).toSorted());
  });

  test('the example of a receipt is right for the example of a welcome', () => {
    const example = (type: string) => JSON.parse(blocks(section(`### \`${type}\``), 'json')[0] ?? '');
    const welcome = example('welcome') as Welcome;
    const receipt = example('receipt') as Receipt;
    const stream = openStream(welcome.stream);
    expect([stream.id, GENERATOR_VERSION, FAKER_VERSION]).toEqual([
      welcome.stream_id,
      welcome.generator,
      welcome.faker,
    ]);
    let crc = 0;
    let bytes = 0;
    for (let seq = receipt.from; seq <= receipt.to; seq++) {
      const payload = stream.message(seq);
      crc = digestMessage(payload, stream.text, crc);
      bytes += payload.length;
    }
    expect({ crc32: crc32Hex(crc), bytes }).toEqual({ crc32: receipt.crc32, bytes: receipt.bytes });
    expect(section('## 6. Digest')).toContain(`\n ${receipt.crc32}\n`);
    expect(example('mismatch').expected_crc32).toBe(receipt.crc32);
  });
});

describe('profiles', () => {
  const table = rows('## 2. Asking for a stream').map(([profile]) => unquoted(profile));

  test.each(table)('%s is taken, and its canonical form is as the example of it', (form) => {
    const values = { F: '0.5', N: '100', A: '10', B: '1k', PERIOD: '1m' } as const;
    const given = form.replaceAll(/\b(?:F|N|A|B|PERIOD)\b/g, (name) => values[name as keyof typeof values]);
    const [kind = ''] = form.split(':');
    const canonical = profileText(parseProfile(given));
    expect(canonical.split(':')[0]).toBe(kind);
    const shown = section('### `welcome`').match(/`(?:constant|(?:jitter|burst|ramp|sine):[^`]+)`/g) ?? [];
    expect(shown.map(unquoted)).toContain(kind === 'jitter' ? profileText(parseProfile(kind)) : canonical);
  });

  test('are those of the parameter', () => {
    const [, forms = ''] = /^\| `profile` \| (.*) \| `constant` \|$/m.exec(protocol) ?? [];
    expect(unquoted(forms).split(', ')).toEqual(table.toSpliced(1, 0, 'jitter'));
  });
});

describe('close codes', () => {
  const codes = rows('## 9. Close codes').map(([code, name, sentBy, when, comesBack]) => ({
    code: Number(code),
    name,
    sentBy,
    when,
    comesBack,
  }));

  test('every code of CLOSE is in the table', () => {
    expect(codes.map(({ code }) => code)).toEqual(expect.arrayContaining(Object.values(CLOSE)));
  });

  test('every code from 4000 on that is said to be sent is in CLOSE', () => {
    const sent = codes.filter(({ code, sentBy }) => code >= 4000 && sentBy !== 'nobody');
    expect(Object.values(CLOSE)).toEqual(expect.arrayContaining(sent.map(({ code }) => code)));
  });

  test('is in order, each code once, with a sender and a reason', () => {
    const numbers = codes.map(({ code }) => code);
    expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
    for (const { code, sentBy, when } of codes) {
      expect(sentBy, String(code)).toMatch(/^(server|client|server, client|nobody)$/);
      expect(when, String(code)).not.toBe('');
    }
  });

  test('says of every code whether the client comes back', () => {
    const listed = new Map(codes.map(({ code, comesBack }) => [code, comesBack]));
    for (let code = 1000; code < 5000; code++) {
      expect(listed.get(code) ?? 'yes', String(code)).toBe(
        closeIsFinal(code, { served: false, welcomed: false, own: false }) ? 'no' : 'yes',
      );
    }
  });

  test('says of every HTTP status whether the client tries again', () => {
    const listed = new Map(rows('## 10. HTTP answers').map(([status, , again]) => [Number(status), again]));
    const [, others = '', except = ''] =
      /client tries again after ([\d, and]+) all from 500 to 599 but ([\d\s]+and\s+\d+);/.exec(
        section('## 10. HTTP answers'),
      ) ?? [];
    for (const status of others.match(/\d+/g) ?? []) listed.set(Number(status), 'yes');
    for (let status = 500; status < 600; status++) listed.set(status, 'yes');
    for (const status of except.match(/\d+/g) ?? []) listed.set(Number(status), 'no');
    for (let status = 100; status < 600; status++) {
      expect(listed.get(status) ?? 'no', String(status)).toBe(
        httpStatusIsFinal(status, false) ? 'no' : 'yes',
      );
    }
  });
});

describe('limits', () => {
  test('the table holds every limit with its value, and nothing else', () => {
    const table = rows('## 11. Limits').map(([name, value]) => [
      unquoted(name),
      Number(value?.replaceAll(',', '')),
    ]);
    expect(Object.fromEntries(table)).toEqual(LIMITS);
    expect(table).toHaveLength(Object.keys(LIMITS).length);
  });

  test.each(rows('## 11. Limits'))('%s has a unit, a reason, and what it does not cover', (...cells) => {
    expect(cells).toHaveLength(5);
    for (const cell of cells) expect(cell).not.toBe('');
  });
});

describe('streams', () => {
  test.each(STREAM_KINDS)('%s is described, with every parameter in canonical order', (kind) => {
    const described = rows(`### \`${kind}\``).flatMap(([names]) => unquoted(names).match(/[a-z]+/g) ?? []);
    const canonical = openStream(kind).name.split('?')[1] ?? '';
    const parameters = canonical.split('&').map((parameter) => parameter.split('=')[0] ?? '');
    const said = described.filter((name) => parameters.includes(name));
    expect([...new Set(said)]).toEqual(parameters);
  });

  test.each(STREAM_KINDS)('the example of %s is the message that it says', (kind) => {
    const text = section(`### \`${kind}\``);
    const [example = ''] = blocks(text, 'text');
    const name = /^Message 0 of `([^`]+)`/m.exec(text)?.[1] ?? '';
    expect(decoded(openStream(name), 0)).toBe(example);
  });

  test('canonical names and ids are as in the table', () => {
    const table = rows('### Canonical name and stream id').map((cells) => cells.map(unquoted));
    expect(table.length).toBeGreaterThan(0);
    for (const [name = '', canonical, id] of table) {
      const stream = openStream(name);
      expect([stream.name, stream.id]).toEqual([canonical, id]);
    }
  });

  test('says which versions it describes', () => {
    expect(protocol).toContain(`generator version ${GENERATOR_VERSION} with faker ${FAKER_VERSION}`);
  });

  test('the check values of keys and draws are right', () => {
    const hex = (value: bigint) => value.toString(16).padStart(16, '0');
    const message = messageKey(7, 0);
    const field = fieldKey(message, 'id');
    const draws = new Draws(field);
    const { id } = JSON.parse(decoded(openStream('users?seed=7'), 0)) as { id: string };
    const values = [output(0n, 0n), message, field, draws.next(), draws.next()].map(hex);
    expect(rows('### Keys and draws').map(([, value]) => unquoted(value))).toEqual([...values, id]);
  });
});
