import { type PublishRun, publish } from '../../publish/publish.ts';
import type { PublishEnd, PublishEvent } from '../../publish/publish-event.ts';
import { VERSION } from '../../version.ts';
import { durationText, grouped, rateText as numberRate, plural, streamText } from '../../wording/figures.ts';
import { printable } from '../../wording/printable.ts';
import { redacted } from '../../wording/secrets.ts';
import { EXIT } from '../exit-code.ts';
import { natsAccess } from '../option/nats-access.ts';
import { secretSeedBytes } from '../option/secret-seed-file.ts';
import { withFlag } from '../output/advice.ts';
import { colours } from '../output/colours.ts';
import { Output } from '../output/output.ts';
import { rateText, durationText as waitText } from '../output/wording.ts';
import { Shutdown } from '../shutdown.ts';
import type { PublishFlags } from './options.ts';

const PROGRESS_MS = 1000;
const WORDS = { acknowledged: 'ACKNOWLEDGED', interrupted: 'INTERRUPTED', failed: 'FAILED' } as const;

/** Runs `tidemark publish`. */
export async function runPublish(stream: string, flags: PublishFlags): Promise<void> {
  const output = new Output({ json: flags.json ?? false });
  let run: PublishRun | undefined;
  const shutdown = new Shutdown(() => run?.stop());
  const show = (event: PublishEvent) => {
    output.event(event, Date.now());
    const line = lineOf(event);
    if (line !== undefined && (event.event === 'end' || flags.quiet !== true)) output.text(line);
  };
  run = publish(stream, {
    to: flags.to,
    from: flags.from,
    count: flags.count,
    rate: flags.rate === undefined ? undefined : Number.isFinite(flags.rate) ? String(flags.rate) : 'max',
    profile: flags.profile,
    createStream: flags.createStream,
    replicas: flags.replicas,
    giveUpMs: flags.giveUp,
    secretSeed: secretSeedBytes(flags),
    nats: natsAccess(flags),
    onEvent: show,
  });
  let shown = 0;
  const tick = setInterval(() => {
    const progress = run.progress;
    if (progress.acknowledged === shown) return;
    output.event(progress, Date.now());
    if (flags.quiet !== true) output.text(progressLine(progress, progress.acknowledged - shown));
    shown = progress.acknowledged;
  }, PROGRESS_MS);
  const end = await run.closed;
  clearInterval(tick);
  const code = end.verdict === 'acknowledged' ? EXIT.ok : EXIT.failure;
  const stopped = end.verdict === 'interrupted' ? shutdown.exitCode : undefined;
  await shutdown.exit(stopped ?? code, output.flush());
}

function lineOf(event: PublishEvent): string | undefined {
  switch (event.event) {
    case 'start': {
      const until = event.count === null ? 'no end' : plural(event.count, 'message');
      const spread = event.profile === 'constant' ? '' : `, ${event.profile}`;
      return `tidemark ${VERSION}: ${streamText(event.stream)} to ${colours.bold(event.to)} (${rateText(event.rate)}${spread}, ${until})`;
    }
    case 'opened': {
      const held = event.held === null ? 'nothing of it' : `it up to seq ${grouped(event.held - 1)}`;
      return `${printable(event.holder)} holds ${held}: on with seq ${grouped(event.from)}`;
    }
    case 'interrupted':
      return `${printable(redacted(event.error))}; looking again in ${waitText(event.retry_ms)}`;
    case 'progress':
      return undefined; // with what has come since the last line
    case 'end':
      return endLine(event);
  }
}

function progressLine({ next, in_flight: inFlight }: PublishRun['progress'], acknowledged: number): string {
  const pace = `${numberRate(acknowledged / (PROGRESS_MS / 1000))}/s`;
  return `${grouped(next - 1)} is the last seq acknowledged; ${pace}, ${grouped(inFlight)} on their way`;
}

function endLine(end: PublishEnd): string {
  const { verdict, acknowledged, sent, refused, held_before: before, next, duration_ms: ms } = end;
  const word = colours.bold((verdict === 'acknowledged' ? colours.green : colours.red)(WORDS[verdict]));
  const last = next === null || next === 0 ? '' : `, up to seq ${grouped(next - 1)}`;
  const earlier = before === 0 ? '' : `; ${grouped(before)} were there before`;
  const counts = `${plural(acknowledged, 'message')}${last}, in ${durationText(ms)}; ${grouped(sent)} sent, ${grouped(refused)} refused${earlier}`;
  const why = end.error === null ? '' : `: ${printable(redacted(withFlag(end.error, end.advice)))}`;
  return `${word} ${counts}${why}`;
}
