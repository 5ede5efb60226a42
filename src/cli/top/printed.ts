import { jsonLine } from '../../wording/json-line.ts';
import { EXIT } from '../exit-code.ts';
import { colours } from '../output/colours.ts';
import { complain, complainOfOutput } from '../output/complaint.ts';
import { LineWriter } from '../output/line-writer.ts';
import { Output } from '../output/output.ts';
import { Shutdown } from '../shutdown.ts';
import { seenLine } from './live-schema.ts';
import { type LiveView, NOTHING_SEEN, withLine } from './live-view.ts';
import { LiveWatch, type LiveWatchHooks } from './live-watch.ts';
import { textOf } from './screen.ts';
import type { LiveSource } from './top-screen.ts';

const STDOUT = 1;
/** Rates of clients are differences between seconds. */
const SECONDS_FOR_RATES = 2;

/** Prints who is there, once. @throws an Error if the server can't be asked */
export async function printOnce(source: LiveSource): Promise<void> {
  const output = new Output({ json: false });
  const shutdown = new Shutdown(() => void shutdown.exit(shutdown.exitCode, output.flush()));
  let view: LiveView = NOTHING_SEEN;
  let seconds = 0;
  await watched(source, (json) => {
    const line = seenLine(json);
    if (typeof line === 'string') return new Error(`the server sent ${line}`);
    view = withLine(view, line);
    if (line.type === 'second') seconds++;
    return seconds === SECONDS_FOR_RATES ? 'enough' : undefined;
  });
  const shown = { url: source.address.shown, view, link: { state: 'connected' as const } };
  for (const line of textOf(shown, colours)) output.text(line);
  await shutdown.exit(EXIT.ok, output.flush());
}

/**
 * Prints the server's lines, for ever, or its opening and one second. Outages are told on stderr.
 *
 * @throws an Error if the server can't be asked even once
 */
export async function printLines(source: LiveSource, once: boolean): Promise<void> {
  const lines = new LineWriter(STDOUT, {
    broken: (error) => {
      if (error.code !== 'EPIPE') complainOfOutput(error);
      process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.failure);
    },
  });
  const shutdown = new Shutdown(() => void shutdown.exit(shutdown.exitCode, lines.flush()));
  await watched(
    source,
    (json) => {
      let value: { readonly type?: unknown };
      try {
        value = JSON.parse(json);
      } catch {
        return new Error('the server sent a line that is not JSON');
      }
      lines.write(jsonLine(value));
      return once && value.type === 'second' ? 'enough' : undefined;
    },
    once ? undefined : (reason) => complain(`not connected: ${reason}; tries until it is back`),
  );
  await shutdown.exit(EXIT.ok, lines.flush());
}

/**
 * Watches a server until what takes its lines has had enough. @throws an Error for a line that is wrong, and for a server that
 * can't be asked
 *
 * @param away told of each outage; by default the first is an error, and a server that does not answer is one in any case
 */
function watched(
  { address, platform }: LiveSource,
  take: (json: string) => 'enough' | Error | undefined,
  away?: (reason: string) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let answered = false;
    const fail = (reason: string) => {
      watch.stop();
      reject(Object.assign(new Error(`${address.shown}: ${reason}`), { code: 'not_answered' }));
    };
    const hooks: LiveWatchHooks = {
      line: (json) => {
        const taken = take(json);
        if (taken === 'enough') {
          watch.stop();
          resolve();
        } else if (taken !== undefined) fail(taken.message);
        return undefined;
      },
      connected: () => {
        answered = true;
      },
      away: (reason) => (away === undefined || !answered ? fail(reason) : away(reason)),
      refused: fail,
    };
    const watch = new LiveWatch(address, platform, hooks);
    watch.start();
  });
}
