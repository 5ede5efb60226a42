import type { Host } from '../../host/host.ts';

/** Resolves after a while. */
export function pause(host: Host, ms: number): Promise<void> {
  return new Promise((resolve) => host.alarm(() => resolve()).set(host.now().monotonicMs + ms));
}
