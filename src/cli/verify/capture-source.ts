import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGunzip, type Gunzip } from 'node:zlib';
import { plural } from '../../wording/figures.ts';
import { systemFault } from '../../wording/system-fault.ts';

const READ_BYTES = 1_048_576;
/** How a gzip member begins (RFC 1952, section 2.3.1). */
const GZIP = [0x1f, 0x8b];

/** A file, or stdin for `-`, in chunks; what is compressed with gzip is decompressed. @throws an error that names the file */
export async function* captureSource(file: string): AsyncGenerator<Uint8Array> {
  const source = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: READ_BYTES });
  const name = file === '-' ? 'stdin' : file;
  try {
    yield* decompressed(source, name);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined || error instanceof GzipError) throw error;
    throw Object.assign(new Error(`${name} can't be read: ${systemFault(error)}`, { cause: error }), {
      code,
    });
  }
}

/** A capture in gzip that is not whole. */
class GzipError extends Error {
  readonly code = 'unreadable_capture';
}

async function* decompressed(source: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]();
  let start: Uint8Array = new Uint8Array(0);
  while (start.length < GZIP.length) {
    const { value, done } = await chunks.next();
    if (done === true) break;
    start = Buffer.concat([start, value]);
  }
  const whole = joined(start, chunks);
  if (!GZIP.every((byte, index) => start[index] === byte)) return yield* whole;
  const gunzip = createGunzip({ chunkSize: READ_BYTES });
  try {
    // What goes wrong comes out of the stream that is read.
    yield* pipeline(Readable.from(whole, { objectMode: false }), gunzip, () => {});
  } catch (error) {
    throw gzipError(error as NodeJS.ErrnoException, name, gunzip);
  }
}

/** What is wrong with it shows only behind what was read already, as at its end, where the checksum stands. */
function gzipError(error: NodeJS.ErrnoException, name: string, { bytesWritten }: Gunzip): Error {
  const { code, message } = error;
  if (code?.startsWith('Z_') !== true) return error;
  const what =
    code === 'Z_BUF_ERROR'
      ? `cut off after ${plural(bytesWritten, 'byte')}: no verdict on part of a capture`
      : `damaged (${message}): what was found in it may come of that`;
  return new GzipError(`${name} is gzip, ${what}`, { cause: error });
}

async function* joined(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield first;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
