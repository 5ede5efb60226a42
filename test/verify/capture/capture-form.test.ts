import { deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openStream } from '../../../src/stream/stream.ts';
import { captureForm, isSurelyLines } from '../../../src/verify/capture/capture-form.ts';
import { linesOf } from '../capture.ts';

const lines = linesOf(0, 40);
const bytes = (text: string) => new TextEncoder().encode(text);
const utf16 = (text: string) => Buffer.from(text, 'utf16le');
const said = (capture: Uint8Array | string, text = true): string => {
  const form = captureForm(typeof capture === 'string' ? bytes(capture) : capture, text);
  return typeof form === 'string' ? form : `${form.what}: ${form.remedy}`;
};
const each = (change: (line: string, seq: number) => string, between = '\n') =>
  lines.map(change).join(between);
const ndjson = `${lines.join('\n')}\n`;

/** Bytes that look like nothing. */
const noise = (sizeBytes: number) => {
  let state = 1;
  return Uint8Array.from({ length: sizeBytes }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return state >> 8;
  });
};

describe('is told by the beginning of a capture', () => {
  test.each([
    ['noise', noise(100_000)],
    ['a little noise', noise(100)],
    ['nothing but zeros', new Uint8Array(5000)],
    ['the beginning of a program', Buffer.concat([Buffer.from('\x7fELF'), new Uint8Array(60), noise(5000)])],
  ])('%s is no text', (_, capture) => {
    expect(said(capture)).toBe('no text: take the messages out of it first, one a line');
    expect(said(capture, false)).toContain('no text');
  });

  test('where a message can be made out, harm was done to a capture', () => {
    expect(said(Buffer.concat([Buffer.from(`${lines[0]}\n`), noise(50_000)]))).toBe('lines');
    const npy = Buffer.from(openStream('arrays?encoding=npy').message(0));
    npy[0] = 0;
    expect(said(npy, false)).toBe('lines');
  });

  test.each<[string, Uint8Array, string]>([
    ['gzip', gzipSync(ndjson), 'compressed with gzip: pass it through gunzip -c'],
    ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x24, 0x00]), 'zstd'],
    ['bzip2', Buffer.from('BZh91AY&SY\u0012'), 'bzip2'],
    ['xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]), 'xz'],
    ['zip', Buffer.concat([Buffer.from('PK\u0003\u0004'), deflateRawSync(ndjson)]), 'a zip archive'],
    ['UTF-16LE with a mark', utf16(`\ufeff${ndjson}`), 'UTF-16 (little-endian): pass it through iconv'],
    ['UTF-16BE with a mark', utf16(`\ufeff${ndjson}`).swap16(), 'UTF-16 (big-endian)'],
    ['UTF-16LE', utf16(ndjson), 'UTF-16 (little-endian)'],
    ['UTF-16BE', utf16(ndjson).swap16(), 'UTF-16 (big-endian)'],
    ['npy', Buffer.from(openStream('arrays?encoding=npy').message(0)), 'a file of .npy messages'],
  ])('%s', (_, capture, form) => {
    expect(said(capture)).toContain(form);
  });

  test.each([
    ['an array', `[${lines.join(',')}]`, "a JSON array: pass it through jq -c '.[]'"],
    ['an array of lines', `[\n${lines.join(',\n')}\n]\n`, 'a JSON array'],
    ['CR', lines.join('\r'), "CR alone: pass it through tr '\\r' '\\n'"],
    ['NUL', lines.join('\0'), 'NUL'],
    ['record separators', each((line) => `\u001e${line}`), "RFC 7464): pass it through tr -d '\\036'"],
    [
      'record separators alone',
      each((line) => `\u001e${line}`, ''),
      "U+001E in between: pass it through tr '\\036' '\\n'",
    ],
    [
      'the subprotocol',
      `\u001e{"type":"welcome"}\n\u001e{"type":"clock"}\n\u001e{"type":"x"}\n`,
      'control messages',
    ],
    ['spaces', lines.join(' '), 'spaces in between'],
    ['commas', lines.join(', '), 'commas in between'],
    [
      'a comma behind',
      each((line) => `${line},`),
      "a comma behind each message: pass it through sed 's/,$//'",
    ],
    ['text behind', each((line) => `${line}\t2026-01-01`), 'something behind each message'],
    [
      'SSE',
      each((line, seq) => `id: ${seq}\ndata: ${line}\n`),
      "server-sent events: pass it through sed -n 's/^data: *//p'",
    ],
    [
      'a prefix',
      each((line) => `2026-01-01T00:00:00 ${line}`),
      "a prefix before each message: pass it through sed 's/^[^{]*//'",
    ],
    ['a prefix in brackets', each((line) => `[INFO] ${line}`), 'a prefix before each message'],
    ['what wscat shows', each((line) => `< ${line}`), 'a prefix before each message'],
    ['a string', each((line) => JSON.stringify(line)), 'each message in a string: pass it through jq -r .'],
    ['quoted in text', each((line) => `level=info msg=${JSON.stringify(line)}`), 'quoted in a line'],
    ['CSV', each((line) => `1,"${line.replaceAll('"', '""')}"`), 'CSV'],
    ['base64', each((line) => Buffer.from(line).toString('base64')), 'in base64'],
    ['hexadecimal', each((line) => Buffer.from(line).toString('hex')), 'in hexadecimal digits'],
    [
      'docker',
      each((line) => JSON.stringify({ log: `${line}\n`, stream: 'stdout' })),
      "envelope, at .log: pass it through jq -r '.log'",
    ],
    [
      'CloudEvents',
      each((line) => `{"specversion":"1.0","data":${line}}`),
      "at .data: pass it through jq -c '.data'",
    ],
    ['Kafka', each((line, seq) => JSON.stringify({ offset: seq, key: null, value: line })), "jq -r '.value'"],
    [
      'a batch',
      each((line) => `{"records":[{"value":${line}},{"value":${line}}]}`),
      "jq -c '.records[].value'",
    ],
    [
      'base64 in an envelope',
      each((line) => JSON.stringify({ 'the data': btoa(unescape(encodeURIComponent(line))) })),
      'jq -r \'.["the data"] | @base64d\'',
    ],
    [
      'pretty-printed',
      each((line) => JSON.stringify(JSON.parse(line), null, 2)),
      'pretty-printed JSON: pass it through jq -c ., and compare as JSON',
    ],
    [
      'pretty-printed, as by Python',
      each((line) => JSON.stringify(JSON.parse(line), null, 2).replace('{\n  ', '{')),
      'pretty-printed',
    ],
  ])('%s', (_, capture, form) => {
    expect(said(capture)).toContain(form);
    expect(said(`\ufeff${capture}`)).toContain(form);
  });

  test('nothing in between, which is read', () => {
    expect(said(lines.join(''))).toBe('concatenated');
    expect(said(`${lines.slice(0, 9).join('')}\n${lines.slice(9, 20).join('')}\n`)).toBe('concatenated');
  });
});

describe('a capture in lines stays one', () => {
  test.each([
    ['as it should be', ndjson],
    ['with CRLF', lines.join('\r\n')],
    ['written anew', each((line) => JSON.stringify(JSON.parse(line), null, 1).replaceAll('\n', ' '))],
    [
      'with keys in another order',
      each((line) =>
        JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(line) as object).reverse())),
      ),
    ],
    ['with a banner', `Attached to relay\n\n${ndjson}`],
    ['with two messages stuck together by the relay', `${lines[0]}${ndjson}`],
    ['with each line cut off', each((line) => line.slice(0, 150))],
    ['with nothing known in it', 'hello\nworld\n'],
    ['empty', ''],
    ['a block log', '{"record":"run","stream":null,"from":0,"count":null}\n'],
  ])('%s', (_, capture) => {
    expect(said(capture)).toBe('lines');
  });

  test('for binary messages, which are in block logs alone', () => {
    expect(said('hello', false)).toBe('lines');
    expect(said(gzipSync(ndjson), false)).toContain('gzip');
  });
});

test('is sure of lines by the first one, if that is right', () => {
  expect(isSurelyLines(bytes(ndjson.slice(0, 1000)))).toBe(true);
  expect(isSurelyLines(bytes(ndjson.slice(0, 100)))).toBe(false);
  expect(isSurelyLines(bytes('{"record":"run","stre'))).toBe(true);
  expect(isSurelyLines(bytes(`${lines[0]}${lines[1]}\n`))).toBe(false);
  expect(isSurelyLines(bytes(`x${ndjson}`))).toBe(false);
});
