/** Loaded before Tidemark's server with --import, and only for the figure of a forced garbage collection. */
process.on('SIGUSR2', () => {
  globalThis.gc?.();
  globalThis.gc?.();
});
