import { isoTime } from '../../client/log-record.ts';
import type { BlockEvent, ClientEvent, EndEvent, TimedEvent } from '../../client/run/client-event.ts';
import type { ArrivedMessage } from '../../measure/arrival.ts';
import { OUT_OF_SEQUENCE } from '../../measure/verdict.ts';
import { ABNORMAL_CLOSE } from '../../session/close-codes.ts';
import { grouped, plural } from '../../wording/figures.ts';
import { printable } from '../../wording/printable.ts';
import { withFlag } from '../output/advice.ts';
import { colours } from '../output/colours.ts';
import { clockText, durationText, rateText } from '../output/wording.ts';
import { differenceText, seqsText } from './verify-lines.ts';

/** How far off a stream's first message may be without a word about it. */
const FAR_OFF_MS = 10_000;

/** The settings of a run that its lines depend on. */
export interface RunTerms {
  /** Who compares messages with the stream. */
  readonly verify: 'server' | 'local';
  /** Whether the user said where the run begins, because the server does not. */
  readonly beginIsGiven: boolean;
  /** Whether it goes over HTTP, where nobody knows close codes. */
  readonly overHttp: boolean;
}

const DEFAULT_TERMS: RunTerms = { verify: 'server', beginIsGiven: false, overHttp: false };

/** A client's event, but for `start` and `end`, as a line for people. */
export function clientLine(
  event: ClientEvent,
  wallMs: number,
  terms: RunTerms = DEFAULT_TERMS,
): string | undefined {
  const body = bodyOf(event, wallMs, terms);
  return body === undefined ? undefined : `${colours.dim(clockText(wallMs))} ${body}`;
}

/** One message with its timestamp, as a line for people. */
export function messageLine({ seq, payload, text, wallMs }: ArrivedMessage): string {
  const data = text
    ? printable(new TextDecoder().decode(payload))
    : colours.dim(`${grouped(payload.length)} bytes of binary`);
  return `  ${colours.dim(isoTime(wallMs).slice(11, 26))} ${String(seq).padStart(6)}  ${data}`;
}

/** Said once, if messages come too fast to be read. */
export function notShownLine(mostPerSecond: number): string {
  return colours.dim(
    `  messages that come faster than ${mostPerSecond} a second are not shown one by one (--log keeps them)`,
  );
}

/** The last line of a run: the verdict. */
export function verdictLine(end: Omit<EndEvent, 'event' | 'client'>, clients?: string): string {
  const who = clients === undefined ? '' : `${clients}, `;
  // What came before the first expected message is unknown, so the proof says where it begins.
  const from = end.from ? ` from seq ${grouped(end.from)}` : '';
  const counts = `${grouped(end.messages - end.repeated)} of ${plural(end.expected, 'message')}${from}`;
  const faults = `lost ${grouped(end.lost)}, repeated ${grouped(end.repeated)}, reordered ${grouped(end.reordered)}`;
  const foreign = end.foreign === 0 ? '' : `, foreign ${grouped(end.foreign)}`;
  const ending = `resumes ${grouped(end.resumes)}${notComeText(end)}`;
  const rest = `${faults}, corrupt ${grouped(end.corrupt)}${foreign}, ${ending}`;
  const known = end.checked ? rest : `what came was not checked; ${ending}`;
  switch (end.verdict) {
    case 'proved': {
      const how = end.tail_known ? '' : ' (as far as it goes)';
      return `${colours.green(colours.bold('PROVED'))}${how} ${who}${counts}: ${rest}`;
    }
    case 'unproved':
      return `${colours.yellow(colours.bold('UNPROVED'))} ${who}${counts}: ${end.messages === 0 ? 'no message came' : 'no proof was given'}; ${ending}`;
    case 'interrupted':
      return `${colours.yellow(colours.bold('INTERRUPTED'))} ${who}${counts}: ${end.messages === 0 ? `no message came; ${ending}` : known}${unverifiedText(end.unverified_blocks)}`;
    case 'failed':
      return `${colours.red(colours.bold('FAILED'))}${failureText(end, who, counts, rest)}`;
  }
}

/** Faults of the messages come first; without any, the reason why the run failed all the same. */
function failureText(
  end: Omit<EndEvent, 'event' | 'client'>,
  who: string,
  counts: string,
  rest: string,
): string {
  const { error, advice, expected, lost, repeated, reordered, corrupt, foreign } = end;
  const why = error === null ? '' : printable(withFlag(error, advice));
  if (lost + repeated + reordered + corrupt + foreign > 0 || why === '')
    return ` ${who}${counts}: ${rest}${why === '' || error === OUT_OF_SEQUENCE ? '' : `; ${why}`}`;
  const came = `${expected === 0 ? 'no message' : counts} came`;
  return ` ${who}${why} (${came}, resumes ${grouped(end.resumes)}${notComeText(end)})`;
}

/** The missing tail, which may still not be lost. Seqs are shown only if messages were placed by them. */
function notComeText({ not_come: range, checked }: Pick<EndEvent, 'not_come' | 'checked'>): string {
  if (range === null) return '';
  const { from, to } = range;
  const seqs = from === to ? `seq ${grouped(from)}` : `seq ${grouped(from)} to ${grouped(to)}`;
  return `; ${grouped(to - from + 1)} not yet come${checked ? `: ${seqs}` : ''}`;
}

function unverifiedText(blocks: number): string {
  return blocks === 0 ? '' : `; ${plural(blocks, 'block')} not verified yet`;
}

/** Mentions a first message that is far off, so that the silence is not taken for a fault. */
function dueText(t0Ms: number | null, wallMs: number): string {
  if (t0Ms === null || t0Ms - wallMs < FAR_OFF_MS || !Number.isFinite(new Date(t0Ms).getTime())) return '';
  return `; by its clock the first message is due on ${new Date(t0Ms).toISOString()}`;
}

function bodyOf(
  event: ClientEvent,
  wallMs: number,
  { verify, beginIsGiven, overHttp }: RunTerms,
): string | undefined {
  switch (event.event) {
    case 'start':
    case 'end':
      return undefined;
    case 'opened':
      return `${colours.green('connected')} without Tidemark's protocol: every message is checked here`;
    case 'connected':
      if (event.stream === null && verify === 'local')
        return `the run begins at seq ${grouped(event.from)}${beginIsGiven ? '' : ', as far as can be told: --from says where it is due to'}`;
      return event.stream === null
        ? `${colours.yellow('connected')}${whereText(event)} without Tidemark's protocol, so nothing that comes can be proved; blocks are timed and logged all the same`
        : `${colours.green('connected')}${whereText(event)}: ${event.stream}, id ${event.stream_id}, from ${grouped(event.from)} at ${rateText(event.rate ?? 'max')}${dueText(event.t0_ms, wallMs)}`;
    case 'block':
      return blockBody(event);
    case 'mismatch':
      return `${colours.red('WRONG')} block ${grouped(event.block)} (${grouped(event.from)} to ${grouped(event.to)}): ${printable(event.reason)}`;
    case 'finding':
      // Skipped messages may still come: the verdict says what was lost.
      return `${colours.red('WRONG')} ${event.kind === 'lost' ? 'lost so far:' : event.kind} ${seqsText(event.from, event.to)}`;
    case 'foreign':
      return `${colours.yellow('foreign')}, none of the stream: ${printable(event.excerpt)}`;
    case 'difference':
      return `${colours.red('WRONG')} message ${grouped(event.seq)}: ${differenceText(event.first_difference)}`;
    case 'timed':
      return timedBody(event);
    case 'disconnected': {
      const broke = event.code === ABNORMAL_CLOSE;
      const code = broke || overHttp ? '' : ` (${event.code})`;
      const closed = broke ? 'the connection broke' : 'the server closed the connection';
      const why = `${event.reason === '' ? closed : printable(event.reason)}${code}`;
      const next =
        event.retry_ms === 0 ? 'the next server is tried' : `next attempt in ${durationText(event.retry_ms)}`;
      return `${colours.yellow('not connected')}${whereText(event)}: ${why}; ${next}`;
    }
    case 'resumed':
      return `${colours.green('resumed')}${whereText(event)} from ${grouped(event.from)} after ${durationText(event.after_ms)}`;
  }
}

/** Which server it is, where there are several. */
function whereText({ url }: { readonly url?: string }): string {
  return url === undefined ? '' : ` to ${new URL(url).host}`;
}

/** Undefined if nothing is known, as for the first blocks at full speed. */
function timedBody({
  block,
  latency_ms,
  latency_from_send_ms,
  clock_error_ms,
}: TimedEvent): string | undefined {
  const times = [
    ...(latency_ms === null ? [] : [`${latency_ms.toFixed(3)} ms after it was due`]),
    ...(latency_from_send_ms === null ? [] : [`${latency_from_send_ms.toFixed(3)} ms after it was sent`]),
  ];
  if (times.length === 0) return undefined;
  return `${colours.cyan(`block ${grouped(block)}`)} ended ${times.join(', ')} (± ${(clock_error_ms ?? 0).toFixed(3)} ms)`;
}

/** Messages of one read share one time of arrival: then the time since the last block says more. */
function timeText({ elapsed_ms, interval_ms, count }: BlockEvent): string {
  const time = `in ${elapsed_ms.toFixed(3)} ms`;
  if (elapsed_ms > 0 || (count === 1 && interval_ms === null)) return time;
  const what = count === 1 ? 'one message' : 'one read';
  if (interval_ms === null) return `${time} (${what})`;
  if (interval_ms === 0) return `${time} (in one read with the block before)`;
  return `${time} (${what}, ${interval_ms.toFixed(3)} ms after the block before)`;
}

function blockBody(event: BlockEvent): string {
  const marks = [event.partial ? 'partial' : '', event.interrupted ? 'interrupted' : ''].filter(Boolean);
  const { from, to } = event;
  // A block of nothing but late messages accounts for no seq, and does not advance the run.
  const which = from > to ? `, all from before seq ${grouped(from)},` : ` ${grouped(from)} to ${grouped(to)}`;
  const range = `${plural(event.count, 'message')}${which}`;
  const facts = `${timeText(event)}, ${grouped(event.bytes)} bytes, crc32 ${event.crc32}`;
  return `${colours.cyan(`block ${grouped(event.block)}`)}: ${range} ${facts}${marks.length > 0 ? colours.yellow(` (${marks.join(', ')})`) : ''}`;
}
