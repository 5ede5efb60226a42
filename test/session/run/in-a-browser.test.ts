import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { build } from 'rolldown';
import { expect, test } from 'vitest';
import type { RunOutput } from '../../../src/session/run/run-output.ts';
import { digestMessage } from '../../../src/stream/digest.ts';
import { openStream } from '../../../src/stream/stream.ts';

/** A client's run with its own check, from the bytes of an event stream to the verdict: all that it has need of. */
const PROGRAM = `
import { EventStreamReader } from './carriage/http/event-stream-reader.ts';
import { LineReader } from './carriage/http/line-reader.ts';
import { framed } from './stream/segment/framing.ts';
import { Run } from './session/run/run.ts';
import { LocalCheck } from './session/run/local-check.ts';
import { openStream } from './stream/stream.ts';

export function run(name) {
  const outputs = [];
  const at = (ms) => ({ monotonicMs: ms, wallMs: 1_780_000_000_000 + ms });
  const session = new Run({
    client: 'alice',
    link: { ping: false, pause: false, status: true, acknowledge: true, halfClose: false },
    blockSize: 2,
    count: 5,
    plain: true,
    heartbeatMs: 1000,
    random: () => 0,
    resume: undefined,
    check: new LocalCheck(name),
  });
  outputs.push(...session.start(at(0)), ...session.opened(false, at(1)));
  const stream = openStream(name);
  const limits = { maximumMessageBytes: 65_536, eventIdBytes: 64, isUtf8: () => true, speaks: false };
  const readers = { events: new EventStreamReader(limits), lines: new LineReader(limits) };
  for (let seq = 0; seq < 5; seq++) {
    const framing = seq < 3 ? 'events' : 'lines';
    readers[framing].take(framed(framing, stream.message(seq), seq, stream.text), (batch) => {
      while (!batch.empty) outputs.push(...session.receive(batch, at(2 + seq)));
    });
  }
  return { id: stream.id, outputs };
}
`;

const entry = fileURLToPath(new URL('../../../src/of-a-browser.js', import.meta.url));

/** What a browser has of what the run uses: of Node's there is nothing. */
const BROWSER = { TextEncoder, TextDecoder, URL, URLSearchParams, atob };

test("a client's run is bundled for a browser without any module of Node's, and proves a stream there", async () => {
  const { output } = await build({
    input: entry,
    platform: 'browser',
    plugins: [
      {
        name: 'program',
        resolveId: (id) => (id === entry ? id : undefined),
        load: (id) => (id === entry ? PROGRAM : undefined),
      },
    ],
    output: { format: 'iife', name: 'tidemark' },
    write: false,
    logLevel: 'silent',
  });
  expect(
    output.flatMap((file) => (file.type === 'chunk' ? [...file.imports, ...file.dynamicImports] : [])),
  ).toEqual([]);
  const [{ code, moduleIds }] = output;
  expect(moduleIds.filter((id) => /^node:|\bwebpack|polyfill|__vite-browser-external/.test(id))).toEqual([]);
  expect(code).not.toMatch(/node:|\brequire\(/);
  const { id, outputs } = runInContext(
    `${code}; tidemark.run('users?seed=7');`,
    createContext({ ...BROWSER }),
  );
  const stream = openStream('users?seed=7');
  expect(id).toBe(stream.id);
  const crc32 = digestMessage(stream.message(1), true, digestMessage(stream.message(0), true));
  expect(outputs.find(({ type }: RunOutput) => type === 'block').block).toMatchObject({ block: 1, crc32 });
  expect(outputs.at(-1)).toMatchObject({ type: 'end', verdict: { verdict: 'proved', messages: 5 } });
});
