import { cpus, release, type as systemName, totalmem } from 'node:os';
import type { MeasuredMachine } from '../../run-file/record/measured-machine.ts';

/** The machine behind the figures; nothing that identifies it or its user. */
export function thisMachine(): MeasuredMachine {
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
