import { once } from 'node:events';
import { Command } from 'commander';
import { badParameter } from '../../stream/stream-error.ts';
import { EXIT } from '../exit-code.ts';
import { helpEnd } from '../option/help-end.ts';
import { wholeNumber } from '../option/option-values.ts';
import { type SecretSeedFlags, secretSeedOption } from '../option/secret-seed-option.ts';
import { complainOfOutput } from '../output/complaint.ts';

interface GenFlags extends SecretSeedFlags {
  readonly from: number;
  readonly count?: number;
}

export function genCommand(): Command {
  return new Command('gen')
    .description('write the messages of a stream to stdout, one a line, without any network')
    .argument('<stream>', "the stream's name, as in 'users?seed=7' or 'arrays?shape=16,16'")
    .option('--from <seq>', 'first seq', wholeNumber(0), 0)
    .option('-n, --count <number>', 'how many messages; without it, on and on', wholeNumber(0))
    .addOption(secretSeedOption('the seed, unless the name has another'))
    .addHelpText(
      'after',
      `
Binary messages (encoding=npy) are written as they are, with nothing in between.
${helpEnd(
  [
    "tidemark gen 'users?seed=7' -n 1000 > sent.ndjson",
    "tidemark gen 'arrays?shape=16,16&dist=normal' --from 500 -n 1",
    'tidemark gen users | head -3',
  ],
  { 0: 'all written, or the reader had enough', 1: 'usage or I/O' },
)}`,
    )
    .action(runGen);
}

async function runGen(name: string, flags: GenFlags): Promise<void> {
  const { LAST_SEQ, openStream } = await import('../../stream/stream.ts');
  const { digestedFraming } = await import('../../stream/segment/framing.ts');
  const { segmentSeries } = await import('../../stream/segment/segment-series.ts');
  const { secretSeed } = await import('../option/secret-seed-file.ts');
  const stream = openStream(name, { secretSeed: secretSeed(flags) });
  if (flags.count !== undefined && flags.from + flags.count > LAST_SEQ + 1) {
    throw badParameter(
      'count',
      `at most ${LAST_SEQ - flags.from + 1} from seq ${flags.from}`,
      String(flags.count),
    );
  }
  const { stdout } = process;
  // The reader may have enough at any time, as `head` does.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') complainOfOutput(error);
    process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.failure);
  });
  const end = Math.min(flags.from + (flags.count ?? LAST_SEQ), LAST_SEQ + 1);
  const { span } = segmentSeries(stream, digestedFraming(stream.text));
  for (let seq = flags.from; seq < end; seq += span) {
    const { bytes } = stream.digested(seq, Math.min(span, end - seq));
    if (!stdout.write(bytes)) await once(stdout, 'drain');
  }
}
