/**
 * Tells the bench something, from one of its processes. The bench may be gone, or have ended the conversation, at any time:
 * then nobody wants to know any more, and `disconnect` ends this process.
 */
export function tellBench(message: object): void {
  process.send?.(message, undefined, undefined, () => {});
}

/** Ends this process with the bench. What ends a whole group of processes is the bench's to answer. */
export function endWithBench(): void {
  process.on('disconnect', () => process.exit());
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
}
