import { once } from 'node:events';
import { digestedFraming } from '../../stream/segment/framing.ts';
import { segmentSeries } from '../../stream/segment/segment-series.ts';
import { LAST_SEQ, openStream } from '../../stream/stream.ts';
import { badOption } from '../../wording/usage-error.ts';
import { EXIT } from '../exit-code.ts';
import { secretSeed } from '../option/secret-seed-file.ts';
import { complainOfOutput } from '../output/complaint.ts';
import type { GenFlags } from './options.ts';

/** Runs `tidemark gen`. */
export async function runGen(name: string, flags: GenFlags): Promise<void> {
  const stream = openStream(name, { secretSeed: secretSeed(flags) });
  if (flags.count !== undefined && flags.from + flags.count > LAST_SEQ + 1) {
    throw badOption(
      'count',
      `at most ${LAST_SEQ - flags.from + 1} from seq ${flags.from}`,
      String(flags.count),
    );
  }
  const { stdout } = process;
  // The reader may stop at any time, as `head` does.
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
