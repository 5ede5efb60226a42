/** What a figure was measured on. */
import { cpus, release, totalmem } from 'node:os';
import { outputOf } from './processes.mjs';

const GIBIBYTE = 1024 ** 3;

export async function machine() {
  const processors = cpus();
  return {
    at: new Date().toISOString(),
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGib: Math.round(totalmem() / GIBIBYTE),
    kernel: `${process.platform} ${release()}`,
    node: process.version,
    commit: await commit(),
  };
}

/** A package without its repository can be measured, too. */
async function commit() {
  try {
    const head = (await outputOf('git', ['rev-parse', '--short', 'HEAD'])).trim();
    const changes = await outputOf('git', ['status', '--porcelain', '--', '..']);
    return changes === '' ? head : `${head} with changes`;
  } catch {
    return 'unknown';
  }
}
