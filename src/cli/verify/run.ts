import { openStream } from '../../stream/stream.ts';
import { CaptureError } from '../../verify/capture/form.ts';
import type { Finding } from '../../verify/finding.ts';
import { verify } from '../../verify/verify.ts';
import { plural } from '../../wording/figures.ts';
import { exitCodeOfCapture } from '../exit-code.ts';
import { captureVerdictLine, findingLine, hintLines } from '../lines/verify-lines.ts';
import { secretSeed } from '../option/secret-seed-file.ts';
import { colours } from '../output/colours.ts';
import { Output } from '../output/output.ts';
import { captureSource } from './capture-source.ts';
import type { VerifyFlags } from './options.ts';
import { streamArgument } from './stream-argument.ts';
import { findingEvent, type VerifyEvent, verifyEndEvent } from './verify-event.ts';

/** Findings that are shown to people. */
const SHOWN_FINDINGS = 20;
/** Findings that may wait for whoever reads stdout. */
const WAITING_FINDINGS = 1000;

export async function runVerify(streamText: string, file: string, flags: VerifyFlags): Promise<void> {
  const output = new Output({ json: flags.json ?? false });
  const { name, from, count } = streamArgument(streamText, flags);
  const stream = openStream(name, { secretSeed: secretSeed(flags) });
  const { equal, order, repeats } = flags;
  const tell = (event: VerifyEvent) => output.event(event, Date.now());
  tell({
    event: 'start',
    stream: stream.name,
    stream_id: stream.id,
    file: file === '-' ? null : file,
    from: from ?? null,
    count: count ?? null,
    equal,
    order,
    repeats,
  });
  const what = file === '-' ? 'stdin' : file;
  output.text(colours.dim(`checks ${what} against ${stream.name}, id ${stream.id}`));
  let findings = 0;
  let faults = 0;
  const onFinding = (finding: Finding) => {
    if (flags.json === true) tell(findingEvent(finding));
    findings++;
    // What is no fault would hide what is.
    if (order === 'any' && finding.kind === 'reordered') return;
    if (repeats === 'allow' && finding.kind === 'repeated') return;
    if (++faults <= SHOWN_FINDINGS) output.text(findingLine(finding));
  };
  const capture = paced(captureSource(file), output, () => findings);
  const terms = { from, count, equal, order, repeats };
  const verdict = await verify(stream, capture, { ...terms, onFinding }).catch(async (error: unknown) => {
    await output.flush();
    throw error instanceof CaptureError ? new CaptureError(error.form, what) : error;
  });
  const more = faults - SHOWN_FINDINGS;
  if (more > 0) output.text(colours.dim(`  … and ${plural(more, 'more finding')} (--json has all)`));
  for (const line of hintLines(verdict)) output.text(colours.dim(line));
  tell(verifyEndEvent(verdict));
  output.text(captureVerdictLine(verdict));
  await output.flush();
  process.exitCode = exitCodeOfCapture(verdict);
}

/** The capture, no faster than what is found in it can be written. */
async function* paced(
  capture: AsyncIterable<Uint8Array>,
  output: Output,
  findings: () => number,
): AsyncGenerator<Uint8Array> {
  let written = 0;
  for await (const chunk of capture) {
    yield chunk;
    if (findings() - written < WAITING_FINDINGS) continue;
    written = findings();
    await output.flush();
  }
}
