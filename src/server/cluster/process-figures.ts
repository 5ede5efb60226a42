import { VERSION } from '../../version.ts';

/** How a process is. */
export interface ProcessFigures {
  readonly version: string;
  /** The version of Node.js. */
  readonly node: string;
  /** How long the event loop took to come round. */
  readonly lagSeconds: number;
  /** How long it did not wait, since the process began. */
  readonly busySeconds: number;
  /** Processor time, of the threads too. */
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  readonly heapBytes: number;
  /** When the process began, since 1970. */
  readonly startSeconds: number;
}

/** Measures how long the event loop takes to come round, and reads the rest off then. */
export function measureProcess(): Promise<ProcessFigures> {
  const askedMs = performance.now();
  return new Promise((resolve) => {
    setImmediate(() => {
      const lagSeconds = (performance.now() - askedMs) / 1000;
      const { user, system } = process.cpuUsage();
      const { rss, heapUsed } = process.memoryUsage();
      resolve({
        ...{ version: VERSION, node: process.version, lagSeconds },
        busySeconds: performance.eventLoopUtilization().active / 1000,
        cpuSeconds: (user + system) / 1e6,
        residentBytes: rss,
        heapBytes: heapUsed,
        startSeconds: performance.timeOrigin / 1000,
      });
    });
  });
}
