import { parseBounded } from './bounded-json.ts';
import { placeInEnvelope } from './envelope.ts';
import type { CaptureFraming, UnreadableForm } from './form.ts';

const MESSAGE = '{"seq":';
const LOG = '{"record":"';

type LineForm = readonly [is: RegExp, what: string, remedy: string];

const through = (command: string): string => `pass it through ${command}`;
const TAKE_OUT = 'take the messages out of it first, one a line';

/** Lines in which a message is right, or nearly so. */
const NEARLY: readonly LineForm[] = [
  [/\}\r+\{"seq":/, 'text whose lines end with CR alone', through("tr '\\r' '\\n'")],
  [/\}\0+\{"seq":/, 'messages with NUL in between', through("tr '\\0' '\\n'")],
  [/\}\x1e+\{"seq":/, 'messages with U+001E in between', through("tr '\\036' '\\n'")],
  [/\}[ \t]+\{"seq":/, 'messages with spaces in between', through('jq -c .')],
  [
    /\}[ \t]*,[ \t]*\{"seq":/,
    'messages with commas in between',
    `put it in [ and ], and ${through("jq -c '.[]'")}`,
  ],
  [/^\{"seq":.*\},\r?$/, 'NDJSON with a comma behind each message', through("sed 's/,$//'")],
];

/** Lines with a message somewhere inside. */
const AROUND: readonly LineForm[] = [
  [/^\x1e\s*\{"type":/, "Tidemark's own subprotocol with its control messages", through("grep -v $'^\\x1e'")],
  [/^\x1e/, 'a JSON text sequence (RFC 7464)', through("tr -d '\\036'")],
  [/^(data|event|id|retry)?:/, 'a stream of server-sent events', through("sed -n 's/^data: *//p'")],
  [/^\s*"\{\\"seq\\":.*"\s*$/, 'NDJSON with each message in a string', through('jq -r .')],
  [/^[^{].*\{\\"seq\\":/, 'text with each message quoted in a line', TAKE_OUT],
  [/\{""seq"":/, 'CSV with each message in a field', TAKE_OUT],
  [/^eyJzZXEiO/, 'text with each message in base64', 'decode each line first'],
  [/^7b22736571223a/i, 'text with each message in hexadecimal digits', 'decode each line first'],
  [/^[^{]+\{"seq":/, 'text with a prefix before each message', through("sed 's/^[^{]*//'")],
];

/**
 * The form of a text by its beginning. A form must hold for most lines: if even one looks right, the capture is one in
 * lines, and the others are damage.
 */
export function formOfText(head: string): CaptureFraming | UnreadableForm {
  const text = head.replace(/^\ufeff/, '').trimStart();
  if (/^\[\s*\{/.test(text)) return { what: 'a JSON array', remedy: through("jq -c '.[]'") };
  const all = text.split('\n').filter((line) => line.trim() !== '');
  const lines = all.length > 1 ? all.slice(0, -1) : all; // the last line may be incomplete
  const most = (test: (line: string) => boolean) => 2 * lines.filter(test).length > lines.length;
  if (most((line) => line.startsWith(MESSAGE) && line.includes(`}${MESSAGE}`))) return 'concatenated';
  const nearly = NEARLY.find(([is]) => most((line) => is.test(line)));
  if (nearly !== undefined) return formOf(nearly);
  if (most(hasTextBehind))
    return { what: 'text with something behind each message', remedy: through("sed 's/}[^}]*$/}/'") };
  if (lines.some(looksRight)) return 'lines';
  const around = AROUND.find(([is]) => most((line) => is.test(line)));
  if (around !== undefined) return formOf(around);
  return envelope(lines) ?? prettyPrinted(text) ?? 'lines';
}

function formOf([, what, remedy]: LineForm): UnreadableForm {
  return { what, remedy };
}

function hasTextBehind(line: string): boolean {
  const end = line.lastIndexOf('}') + 1;
  return line.startsWith(MESSAGE) && line.slice(end).trim() !== '' && isObject(parsed(line.slice(0, end)));
}

/** Whether a line is a message, however its JSON is written, or a line of a block log. */
function looksRight(line: string): boolean {
  if (line.startsWith(LOG) || /^\{"seq":.*\}\r?$/.test(line)) return true;
  const value = parsed(line);
  return isObject(value) && 'seq' in value && Number.isSafeInteger(value.seq);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function envelope(lines: readonly string[]): UnreadableForm | undefined {
  const places = lines.map((line) => placeInEnvelope(parsed(line)));
  const [place] = places.filter((each) => each !== undefined);
  if (
    place === undefined ||
    2 * places.filter((each) => each?.filter === place.filter).length <= lines.length
  ) {
    return undefined;
  }
  const { filter, as } = place;
  const what = `JSON with each message in an envelope, at ${filter}`;
  if (as === 'base64') return { what, remedy: through(`jq -r '${filter} | @base64d'`) };
  return { what, remedy: through(`jq ${as === 'string' ? '-r' : '-c'} '${filter}'`) };
}

/** JSON over several lines: the first line begins an object and does not end it. */
function prettyPrinted(text: string): UnreadableForm | undefined {
  const isOne = /^\{[ \t\r]*\n\s*"/.test(text) || /^\{\s*"[^\n]*,[ \t\r]*\n[ \t]+"/.test(text);
  return isOne
    ? {
        what: 'pretty-printed JSON',
        remedy: `${through('jq -c .')}, and compare as JSON`,
        advice: 'equal_json',
      }
    : undefined;
}

function parsed(line: string): unknown {
  return parseBounded(new TextEncoder().encode(line));
}
