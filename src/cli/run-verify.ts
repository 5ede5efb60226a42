import { createReadStream } from 'node:fs';
import type { Finding } from '../capture/finding.ts';
import { openStream } from '../stream/stream.ts';
import { verify } from '../verify/verify.ts';
import { plural } from '../wording/counts.ts';
import { colours } from './colours.ts';
import { EXIT } from './exit-code.ts';
import { Output } from './output.ts';
import { secretSeed } from './secret-seed-file.ts';
import type { VerifyFlags } from './verify.ts';
import { findingEvent, type VerifyEvent, verifyEndEvent } from './verify-event.ts';
import { captureVerdictLine, findingLine, hintLines } from './verify-lines.ts';

const STDIN = '-';
const READ_BYTES = 1_048_576;
/** Findings that are shown to people. */
const SHOWN_FINDINGS = 20;
/** Findings that may wait for whoever reads stdout. */
const WAITING_FINDINGS = 1000;

export async function runVerify(name: string, file: string, flags: VerifyFlags): Promise<void> {
  const output = new Output({ json: flags.json ?? false });
  const stream = openStream(name, { secretSeed: secretSeed(flags) });
  const { from, count, equal, order } = flags;
  const tell = (event: VerifyEvent) => output.event(event, Date.now());
  tell({
    event: 'start',
    stream: stream.name,
    stream_id: stream.id,
    file: file === STDIN ? null : file,
    from: from ?? null,
    count: count ?? null,
    equal,
    order,
  });
  const what = file === STDIN ? 'stdin' : file;
  output.text(colours.dim(`checks ${what} against ${stream.name}, id ${stream.id}`));
  let findings = 0;
  let faults = 0;
  const onFinding = (finding: Finding) => {
    if (flags.json === true) tell(findingEvent(finding));
    findings++;
    if (order === 'any' && finding.kind === 'reordered') return; // no fault then, and they would hide what is
    if (++faults <= SHOWN_FINDINGS) output.text(findingLine(finding));
  };
  const capture = read(file, output, () => findings);
  const verdict = await verify(stream, capture, { from, count, equal, order, onFinding });
  const more = faults - SHOWN_FINDINGS;
  if (more > 0) output.text(colours.dim(`  … and ${plural(more, 'more finding')} (--json has all)`));
  for (const line of hintLines(verdict)) output.text(colours.dim(line));
  tell(verifyEndEvent(verdict));
  output.text(captureVerdictLine(verdict));
  await output.flush();
  process.exitCode = verdict.verdict === 'proved' ? EXIT.ok : EXIT.integrity;
}

/** The capture in chunks, no faster than what is found in it can be written. */
async function* read(file: string, output: Output, findings: () => number): AsyncGenerator<Uint8Array> {
  const source = file === STDIN ? process.stdin : createReadStream(file, { highWaterMark: READ_BYTES });
  let written = 0;
  try {
    for await (const chunk of source) {
      yield chunk as Uint8Array;
      if (findings() - written < WAITING_FINDINGS) continue;
      written = findings();
      await output.flush();
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw Object.assign(new Error(`${file} can't be read: ${message}`, { cause: error }), { code });
  }
}
