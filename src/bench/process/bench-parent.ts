/**
 * Sends the bench a message from one of its processes. The bench may be gone, or have closed the channel, at any time:
 * then nobody wants the message, and `disconnect` ends this process.
 */
export function tellBench(message: object): void {
  process.send?.(message, undefined, undefined, () => {});
}

/** Ends this process when the bench ends. Signals to the whole process group are for the bench to handle. */
export function endWithBench(): void {
  process.on('disconnect', () => process.exit());
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
}
