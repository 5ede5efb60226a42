/**
 * The power is cut: the log is on a disk image, which is copied while it is mounted and written, and the copy is mounted
 * as after a reboot. Every block whose receipt the server had printed by then has to be there. As a control, the same
 * without a sync has to lose some: otherwise the copy shows nothing.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withScope } from '../../kit/scope.mjs';
import { serve, tidemark } from '../../kit/tidemark.mjs';
import { texts } from '../../kit/truth.mjs';
import { DISK_PACKAGES, Image } from '../disk.mjs';
import { blocksOf, compareLog, endFaults, missingReceipts } from '../log-faults.mjs';

const STREAM = 'users?seed=5';
const IMAGE_MIB = 16;
const BLOCK = 5;
const TAIL = 20;

/**
 * One cut: what the server had of receipts, and what was left on the disk.
 *
 * @param {import('../../kit/scope.mjs').Scope} scope
 * @param {import('../../kit/tidemark.mjs').Listening} server
 * @param {string} name
 * @param {string} fsync
 * @param {import('../../kit/random.mjs').Random} random
 */
async function cut(scope, server, name, fsync, random) {
  const image = new Image(scope, IMAGE_MIB);
  const log = join(image.path, 'run.ndjson');
  const options = ['--client', name, '--block-size', String(BLOCK), '--log', log, '--fsync', fsync, '--json'];
  const client = tidemark(scope, ['connect', `${server.url}/${STREAM}&rate=500`, ...options], {
    keep: ({ event }) => event !== 'block',
  });
  await client.event('connected');
  await server.event('receipt', (receipt) => receipt.client === name);
  await sleep(random.uniform() * 400);
  // It stands still while the copy is made, which takes longer than a power cut.
  client.kill('SIGSTOP');
  const receipts = server.events.filter((event) => event.event === 'receipt' && event.client === name);
  const { path, unmount } = image.cutPower(scope);
  await client.killNow();
  image.unmount();
  return { log: join(path, 'run.ndjson'), receipts, unmount };
}

/** @param {import('../campaigns.mjs').Setting} setting */
async function run({ tally, runs, short, random }) {
  let receipts = 0;
  for (let done = 0; done < runs; done++) {
    tally.progress(done, runs);
    await withScope(async (inner) => {
      const server = await serve(inner);
      const after = await cut(inner, server, 'alice', 'block', random);
      receipts += after.receipts.length;
      const blocks = existsSync(after.log) ? blocksOf(readFileSync(after.log, 'utf8')) : [];
      const missing = missingReceipts(after.receipts, blocks);
      if (missing.length > 0) {
        tally.run([`${missing.length} of ${after.receipts.length} receipted blocks are not on the disk`]);
        return;
      }
      const count = (blocks.at(-1)?.to ?? 0) + 1 + TAIL;
      const options = [
        '--log',
        after.log,
        '--resume',
        '--count',
        String(count),
        '--fsync',
        'block',
        '--json',
      ];
      const client = tidemark(inner, ['connect', ...options]);
      await client.end();
      const compared = compareLog(blocksOf(readFileSync(after.log, 'utf8')), texts(STREAM, count));
      tally.run([...endFaults(client.ends()[0], count), ...compared.faults], compared);
      after.unmount();
    });
  }
  tally.note(`${receipts} receipted blocks checked; each log resumed from the copy`);
  await control(tally, short ? 2 : 10, random);
}

/** @param {import('../tally.mjs').Tally} tally @param {number} cuts @param {import('../../kit/random.mjs').Random} random */
async function control(tally, cuts, random) {
  let [lost, looked] = [0, 0];
  for (let done = 0; done < cuts; done++) {
    await withScope(async (inner) => {
      const server = await serve(inner);
      const { log, receipts, unmount } = await cut(inner, server, 'alice', 'none', random);
      looked += receipts.length;
      lost += missingReceipts(receipts, existsSync(log) ? blocksOf(readFileSync(log, 'utf8')) : []).length;
      unmount();
    });
  }
  tally.note(`control, --fsync none: ${lost} of ${looked} receipted blocks were lost in ${cuts} cuts`);
  if (lost === 0) tally.run(['the control without sync lost nothing, so the copies show nothing']);
}

/** @type {import('../campaigns.mjs').Campaign} */
export const powerCut = {
  name: 'power-cut',
  fault: 'the power is cut while the log is written; with --fsync block',
  runs: 50,
  shortRuns: 3,
  root: true,
  packages: DISK_PACKAGES,
  run,
};
