import { cpus, release, type as systemName, totalmem } from 'node:os';
import type { Machine } from '../run-file/record/run-record.ts';

/** What the figures were measured on; nothing that names the machine or its user. */
export function thisMachine(): Machine {
  const cores = cpus();
  return {
    node: process.version,
    os: `${systemName()} ${release()}`,
    architecture: process.arch,
    cpu: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    memory_bytes: totalmem(),
  };
}
