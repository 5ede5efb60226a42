import type { UnreadableForm } from './form.ts';

type MagicNumber = readonly [start: string, what: string, remedy: string, at?: number];

const unpack = (command: string): string => `pass it through ${command}`;
const TAKE_OUT = 'take the messages out of it first, one a line';

/** How files of some formats begin, byte by byte as characters (libmagic, and each format's own specification). */
const FORMS: readonly MagicNumber[] = [
  ['\x1f\x8b', 'compressed with gzip', unpack('gunzip -c')],
  ['\x28\xb5\x2f\xfd', 'compressed with zstd', unpack('zstd -dc')],
  ['\xfd7zXZ\x00', 'compressed with xz', unpack('xz -dc')],
  ['1AY&SY', 'compressed with bzip2', unpack('bzip2 -dc'), 4],
  ['\x04\x22\x4d\x18', 'compressed with lz4', unpack('lz4 -dc')],
  ['\xff\x06\x00\x00sNaPpY', 'compressed with Snappy', unpack('snzip -dc')],
  ['\x1f\x9d', 'compressed with compress', unpack('uncompress -c')],
  ['PK\x03\x04', 'a zip archive', unpack('unzip -p')],
  ['PK\x05\x06', 'an empty zip archive', TAKE_OUT],
  ['7z\xbc\xaf\x27\x1c', 'a 7z archive', unpack('7z x -so')],
  ['Rar!\x1a\x07', 'a RAR archive', unpack('unrar p -inul')],
  ['ustar', 'a tar archive', unpack('tar -xOf -'), 257],
  ['\xff\xfe\x00\x00', 'UTF-32 (little-endian)', unpack('iconv -f UTF-32 -t UTF-8')],
  ['\x00\x00\xfe\xff', 'UTF-32 (big-endian)', unpack('iconv -f UTF-32 -t UTF-8')],
  ['\xff\xfe', 'UTF-16 (little-endian)', unpack('iconv -f UTF-16 -t UTF-8')],
  ['\xfe\xff', 'UTF-16 (big-endian)', unpack('iconv -f UTF-16 -t UTF-8')],
  ['\x93NUMPY', 'a file of .npy messages', 'a stream with encoding=npy has them'],
  ['PAR1\x15', 'a Parquet file', TAKE_OUT],
  ['Obj\x01', 'an Avro file', unpack('avro-tools tojson -')],
  ['ARROW1\x00\x00', 'an Arrow file', TAKE_OUT],
  ['SQLite format 3\x00', 'an SQLite database', TAKE_OUT],
  ['\xd4\xc3\xb2\xa1', 'a capture of packets (pcap)', TAKE_OUT],
  ['\xa1\xb2\xc3\xd4', 'a capture of packets (pcap)', TAKE_OUT],
  ['\x4d\x3c\xb2\xa1', 'a capture of packets (pcap)', TAKE_OUT],
  ['\x0a\x0d\x0d\x0a', 'a capture of packets (pcapng)', TAKE_OUT],
  ['%PDF-', 'a PDF', TAKE_OUT],
  ['<!', 'HTML or XML', TAKE_OUT],
  ['<?xml', 'XML', TAKE_OUT],
  ['<html', 'HTML', TAKE_OUT],
];

/** The format of a file by its first bytes, if they can't begin text. */
export function formByMagic(head: Uint8Array): UnreadableForm | undefined {
  for (const [start, what, remedy, at = 0] of FORMS) {
    if (Array.from(start).every((byte, index) => head[at + index] === byte.charCodeAt(0)))
      return { what, remedy };
  }
  return unmarkedUtf16(head);
}

const LOOKED_AT_BYTES = 64;

/** UTF-16 without a byte order mark: if text is mostly ASCII, every other byte is 0. */
function unmarkedUtf16(head: Uint8Array): UnreadableForm | undefined {
  const zeros = [0, 0];
  const pairs = Math.min(LOOKED_AT_BYTES, head.length) >> 1;
  for (let index = 0; index < 2 * pairs; index++) {
    if (head[index] === 0) zeros[index & 1] = (zeros[index & 1] ?? 0) + 1;
  }
  const [even = 0, odd = 0] = zeros;
  if (pairs === 0 || Math.max(even, odd) < (3 / 4) * pairs || Math.min(even, odd) > pairs / 4)
    return undefined;
  return odd > even
    ? { what: 'UTF-16 (little-endian)', remedy: unpack('iconv -f UTF-16LE -t UTF-8') }
    : { what: 'UTF-16 (big-endian)', remedy: unpack('iconv -f UTF-16BE -t UTF-8') };
}
