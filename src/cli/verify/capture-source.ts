import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { systemFault } from '../../wording/system-fault.ts';

const READ_BYTES = 1_048_576;
/** How a gzip member begins (RFC 1952, section 2.3.1). */
const GZIP = [0x1f, 0x8b];

/** A file, or stdin for `-`, in chunks; what is compressed with gzip is decompressed. @throws an error that names the file */
export async function* captureSource(file: string): AsyncGenerator<Uint8Array> {
  const source = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: READ_BYTES });
  try {
    yield* decompressed(source);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const what = file === '-' ? 'stdin' : file;
    throw Object.assign(new Error(`${what} can't be read: ${systemFault(error)}`, { cause: error }), {
      code,
    });
  }
}

async function* decompressed(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]();
  let start: Uint8Array = new Uint8Array(0);
  while (start.length < GZIP.length) {
    const { value, done } = await chunks.next();
    if (done === true) break;
    start = Buffer.concat([start, value]);
  }
  const whole = joined(start, chunks);
  if (!GZIP.every((byte, index) => start[index] === byte)) return yield* whole;
  // What goes wrong comes out of the stream that is read.
  yield* pipeline(
    Readable.from(whole, { objectMode: false }),
    createGunzip({ chunkSize: READ_BYTES }),
    () => {},
  );
}

async function* joined(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield first;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
