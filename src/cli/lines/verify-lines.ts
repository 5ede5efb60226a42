import type { CaptureVerdict } from '../../verify/capture-verdict.ts';
import type { Difference } from '../../verify/difference/difference.ts';
import type { Finding } from '../../verify/finding.ts';
import { grouped, plural } from '../../wording/figures.ts';
import { printable } from '../../wording/printable.ts';
import { colours } from '../output/colours.ts';

const KIND_WIDTH = 10;

/** A finding as a line for people. */
export function findingLine({ kind, from, to, firstLine, lastLine, firstDifference }: Finding): string {
  const name = colours.red(kind.padEnd(KIND_WIDTH));
  const lines =
    firstLine === null || lastLine === null
      ? ''
      : `line${firstLine === lastLine ? ` ${grouped(firstLine)}` : `s ${grouped(firstLine)} to ${grouped(lastLine)}`}`;
  const difference = firstDifference === null ? '' : `: ${differenceText(firstDifference)}`;
  if (from === null || to === null) return `  ${name}${lines}${difference}`;
  return `  ${name}${seqsText(from, to)}${lines === '' ? '' : colours.dim(` (${lines})`)}${difference}`;
}

/** A range of messages, for people. */
export function seqsText(from: number, to: number): string {
  if (from === to) return `seq ${grouped(from)}`;
  return `${plural(to - from + 1, 'message')}, seq ${grouped(from)} to ${grouped(to)}`;
}

/** Where a message differs, for people. */
export function differenceText({ field, byte, expected, received }: Difference): string {
  const place = byte === null ? '' : `byte ${grouped(byte)}`;
  const at = field === null ? place : `${printable(field)}${place === '' ? '' : ` (${place})`}`;
  return `${at === '' ? '' : `${at} `}should be ${shown(expected)}, is ${shown(received)}`;
}

/** An empty part is shown as such. */
function shown(part: string): string {
  return part === '' ? 'nothing' : printable(part);
}

/** Without a count, nobody knows where the end should be. */
export const TAIL_NOT_LOOKED_FOR =
  'a missing tail was not looked for: --count says how many messages were due';

/** Says which stream messages belong to, if none belongs to the expected one. */
export function resemblanceText(stream: string): string {
  return `this looks like ${stream}: the first messages are that stream's`;
}

/** What may explain a verdict, or limits it. */
export function hintLines(verdict: CaptureVerdict): string[] {
  const { counted, equal, reserialised, corrupt, messages, order, reordered, repeats, repeated } = verdict;
  const hints: string[] = [];
  if (verdict.resembles !== null) hints.push(resemblanceText(verdict.resembles));
  if (verdict.framing === 'concatenated') hints.push('the messages stand with nothing in between');
  if (!counted) hints.push(TAIL_NOT_LOOKED_FOR);
  if (equal === 'bytes' && reserialised > 0) {
    const which =
      corrupt === 1
        ? 'the corrupt message is'
        : `${grouped(reserialised)} of the ${grouped(corrupt)} corrupt messages ${reserialised === 1 ? 'is' : 'are'}`;
    hints.push(`${which} equal as JSON: --equal json takes ${reserialised === 1 ? 'it' : 'them'}`);
  }
  if (equal === 'json' && reserialised > 0) {
    hints.push(`${plural(reserialised, 'message')} written anew on the way, and equal as JSON`);
  }
  if (order === 'sequential' && reordered > 0) hints.push('messages out of order are taken by --order any');
  if (repeats === 'refuse' && repeated > 0)
    hints.push('messages that come twice are taken by --repeats allow');
  if (messages === 0) hints.push('the capture holds no message that was due');
  return hints.map((hint) => `  ${hint}`);
}

/** The last line: the verdict. */
export function captureVerdictLine(verdict: CaptureVerdict): string {
  const { lost, repeated, reordered, corrupt, foreign, expected, from } = verdict;
  const word =
    verdict.verdict === 'proved'
      ? colours.green(colours.bold('PROVED'))
      : colours.red(colours.bold('FAILED'));
  const faults = `lost ${grouped(lost)}, repeated ${grouped(repeated)}, reordered ${grouped(reordered)}`;
  const rest = `${faults}, corrupt ${grouped(corrupt)}, foreign ${grouped(foreign)}`;
  const due = `${plural(expected, 'message')}${from > 0 ? ` from seq ${grouped(from)}` : ''}`;
  return `${word}${howText(verdict)} ${grouped(expected - lost)} of ${due}: ${rest}`;
}

/** The limits of a verdict, in words. */
function howText({ verdict, counted, equal, order, repeats }: CaptureVerdict): string {
  const parts = [
    verdict === 'proved' && !counted ? 'as far as it goes' : '',
    equal === 'json' ? 'as JSON' : '',
    order === 'any' ? 'in any order' : '',
    repeats === 'allow' ? 'with repeats' : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}
