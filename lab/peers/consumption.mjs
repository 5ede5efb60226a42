/** What a process takes of memory and of the processor, as Linux tells it. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

// The kernel counts a process's time in ticks, 100 a second on every Linux that Node runs on.
const TICK_MS = 10;

/** @param {number} pid */
export function residentBytes(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

/** Processor time of all threads, in user code and in the kernel. @param {number} pid */
export function cpuMs(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name, in parentheses, may hold spaces; utime and stime are the 12th and 13th field after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** The resident size once it has stayed within 1 % for three seconds, or after `timeoutMs` as it is then. @param {number} pid */
export async function settledBytes(pid, timeoutMs = 20_000) {
  const endMs = performance.now() + timeoutMs;
  /** @type {number[]} */
  let seen = [residentBytes(pid)];
  while (performance.now() < endMs) {
    if (seen.length === 7 && Math.max(...seen) <= Math.min(...seen) * 1.01) break;
    await sleep(500);
    seen = [...seen, residentBytes(pid)].slice(-7);
  }
  return seen[seen.length - 1];
}
