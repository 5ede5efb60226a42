/** Describes the machine and build that a result was measured on. */
import { cpus, release, totalmem } from 'node:os';
import { command } from './command.mjs';

/** @typedef {ReturnType<typeof machine>} Machine */

export function machine() {
  const processors = cpus();
  return {
    at: new Date().toISOString(),
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    kernel: `${process.platform} ${release()}`,
    node: process.version,
    commit: commit(),
  };
}

/** In one line. @param {Machine} machine */
export function machineLine({ commit, cpu, cores, memoryGib, kernel, node, at }) {
  return `Tidemark ${commit} on ${cpu}, ${cores} cores, ${memoryGib} GiB, ${kernel}, Node ${node}, ${at.slice(0, 16)}Z`;
}

/** A package without its repository can be measured too. */
function commit() {
  try {
    const head = command('git', 'rev-parse', '--short', 'HEAD').trim();
    return command('git', 'status', '--porcelain') === '' ? head : `${head} with changes`;
  } catch {
    return 'unknown';
  }
}
