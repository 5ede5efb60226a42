import { DURATION_FORM, parseDuration } from '../../wording/duration.ts';
import { quoted } from '../../wording/secrets.ts';
import { badOption, UsageError } from '../../wording/usage-error.ts';
import { parseWhen, type When } from './when.ts';

/** What can happen to one message from the server. */
export const MESSAGE_FAULTS = ['drop', 'repeat', 'swap', 'flip', 'truncate'] as const;
export type MessageFault = (typeof MESSAGE_FAULTS)[number];

/** What can happen to the id of one event, which no other carriage has. */
export const EVENT_FAULTS = ['no-id', 'same-id'] as const;
export type EventFault = (typeof EVENT_FAULTS)[number];

/** What harms one message. */
export type HarmfulFault = MessageFault | EventFault;

/** What can happen to a connection. */
export const PATH_FAULTS = ['cut', 'stall', 'half-open', 'close'] as const;
export type PathFault = (typeof PATH_FAULTS)[number];

/** One kind of fault, and when it happens. */
export interface PlannedFault {
  readonly fault: HarmfulFault | PathFault;
  readonly when: When;
  /** How long a stall lasts. */
  readonly stallMs: number;
  /** The code of a close. */
  readonly closeCode: number;
}

/** What a path is like, and what goes wrong on it. */
export interface FaultSpec {
  /** The seed of everything drawn: the same seed and the same messages give the same faults. */
  readonly seed: number;
  /** The delay of each way, and the maximum of a random part added to it. */
  readonly delayMs: number;
  readonly jitterMs: number;
  /** Each way, in bytes a second. */
  readonly bandwidth: number;
  /** From the server to the client alone. */
  readonly slowReader: number;
  /** The most bytes passed on at once. */
  readonly sliceBytes: number;
  readonly faults: readonly PlannedFault[];
}

const HARM: readonly string[] = [...MESSAGE_FAULTS, ...EVENT_FAULTS];

/** Whether it harms one message, and not the path. */
export function isHarm(fault: PlannedFault['fault']): fault is HarmfulFault {
  return HARM.includes(fault);
}

/** The faults of a list that only server-sent events can have. */
export function eventFaults({ faults }: Pick<FaultSpec, 'faults'>): string[] {
  const names: readonly string[] = EVENT_FAULTS;
  return [...new Set(faults.map(({ fault }) => fault).filter((fault) => names.includes(fault)))];
}

const CLEAN: FaultSpec = {
  seed: 1,
  delayMs: 0,
  jitterMs: 0,
  bandwidth: Number.POSITIVE_INFINITY,
  slowReader: Number.POSITIVE_INFINITY,
  sliceBytes: Number.POSITIVE_INFINITY,
  faults: [],
};

const DEFAULT_STALL_MS = 1000;
const DEFAULT_CLOSE_CODE = 1012;
const UNIT_BYTES: Readonly<Record<string, number>> = {
  bit: 0.125,
  kbit: 125,
  Mbit: 125_000,
  B: 1,
  kB: 1000,
  MB: 1_000_000,
};
const LONGEST_MS = 3_600_000;
const LARGEST_SLICE_BYTES = 65_536;

type PathCondition = Exclude<keyof FaultSpec, 'faults'>;

const CONDITIONS: Readonly<
  Record<
    string,
    {
      readonly key: PathCondition;
      readonly parse: (text: string) => number | undefined;
      readonly expected: string;
    }
  >
> = {
  seed: { key: 'seed', parse: parseInteger, expected: 'an integer from 0' },
  delay: { key: 'delayMs', parse: parseDurationMs, expected: `${DURATION_FORM} (at most 60min)` },
  jitter: { key: 'jitterMs', parse: parseDurationMs, expected: `${DURATION_FORM} (at most 60min)` },
  bandwidth: {
    key: 'bandwidth',
    parse: parseBytesPerSecond,
    expected: 'an amount a second such as 256kbit or 1MB',
  },
  'slow-reader': {
    key: 'slowReader',
    parse: parseBytesPerSecond,
    expected: 'an amount a second such as 256kbit or 1MB',
  },
  slice: { key: 'sliceBytes', parse: parseSlice, expected: `bytes from 1 to ${LARGEST_SLICE_BYTES}` },
};

/**
 * Parses a list of faults such as `delay=100ms,jitter=50ms,cut=5s,stall=10s:2s,close=1%:1012,drop=@100,seed=7`.
 *
 * @throws UsageError for an invalid list
 */
export function parseFaultSpec(text: string): FaultSpec {
  const conditions: { -readonly [Key in PathCondition]?: number } = {};
  const faults: PlannedFault[] = [];
  for (const part of text === '' ? [] : text.split(',')) {
    const [name = '', value = ''] = part.split(/=(.*)/s).map((each) => each.trim());
    const condition = Object.hasOwn(CONDITIONS, name) ? CONDITIONS[name] : undefined;
    if (condition === undefined) {
      faults.push(parseFault(name, value));
      continue;
    }
    const parsed = condition.parse(value);
    if (parsed === undefined) throw badFault(name, condition.expected, value);
    if (conditions[condition.key] !== undefined) throw badFault(name, 'there once', value);
    conditions[condition.key] = parsed;
  }
  return { ...CLEAN, ...conditions, faults };
}

function parseFault(name: string, value: string): PlannedFault {
  const known: readonly string[] = [...HARM, ...PATH_FAULTS];
  if (!known.includes(name)) {
    throw badOption(
      'chaos',
      `a list of ${[...Object.keys(CONDITIONS), ...known].join(', ')}, each with =VALUE`,
      name,
    );
  }
  const fault = name as PlannedFault['fault'];
  const [whenText = '', detail] = value.split(/:(.*)/s);
  const onMessage = isHarm(fault);
  const when = parseWhen(whenText);
  if (when === undefined || (onMessage && when.kind === 'every')) {
    const often = onMessage ? '' : '5s (about every 5 s), ';
    throw badFault(
      name,
      `${often}1% (of the messages), @100 (once, at the 100th) or @1/2 (at the first of the second stream)`,
      value,
    );
  }
  const planned = { fault, when, stallMs: DEFAULT_STALL_MS, closeCode: DEFAULT_CLOSE_CODE };
  if (detail === undefined) return planned;
  if (fault === 'stall')
    return { ...planned, stallMs: parseDurationMs(detail) ?? refuse(name, 'WHEN:DURATION', value) };
  if (fault === 'close')
    return {
      ...planned,
      closeCode: parseCode(detail) ?? refuse(name, 'WHEN:CODE with a code from 1000 to 4999', value),
    };
  return refuse(name, 'WHEN alone', value);
}

function refuse(name: string, expected: string, value: string): never {
  throw badFault(name, expected, value);
}

/** Names the option, and what is wrong in its list. */
function badFault(name: string, expected: string, came: string): UsageError {
  const sentence = `${name} must be ${expected}, got ${quoted(came)}`;
  return new UsageError('bad_option', 'chaos', (nameOf) => `${nameOf('chaos')}: ${sentence}`);
}

function parseInteger(text: string): number | undefined {
  return /^\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
}

function parseDurationMs(text: string): number | undefined {
  const ms = parseDuration(text)?.ms;
  return ms !== undefined && ms <= LONGEST_MS ? ms : undefined;
}

function parseBytesPerSecond(text: string): number | undefined {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)(bit|kbit|Mbit|B|kB|MB)$/.exec(text) ?? [];
  const perSecond = Number(amount) * (UNIT_BYTES[unit] ?? Number.NaN);
  return perSecond >= 1 ? perSecond : undefined;
}

function parseSlice(text: string): number | undefined {
  const bytes = parseInteger(text);
  return bytes !== undefined && bytes >= 1 && bytes <= LARGEST_SLICE_BYTES ? bytes : undefined;
}

/** Codes that may be on the wire: RFC 6455, section 7.4. */
function parseCode(text: string): number | undefined {
  const code = parseInteger(text);
  const reserved = code === 1004 || code === 1005 || code === 1006 || code === 1015;
  return code !== undefined && code >= 1000 && code <= 4999 && !reserved && !(code > 1014 && code < 3000)
    ? code
    : undefined;
}
