const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Calls `stop` on the first SIGINT or SIGTERM; a second one ends the process at once.
 *
 * @param hurriedExitCode what the process exits with then
 */
export function onShutdown(stop: () => void, hurriedExitCode: number): void {
  let stopping = false;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (stopping) process.exit(hurriedExitCode);
      stopping = true;
      stop();
    });
  }
}
