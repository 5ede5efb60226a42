/** The end of every help text: commands to copy, and exit codes. */
export function helpEnd(examples: readonly string[], exits: Readonly<Record<number, string>>): string {
  const codes = Object.entries(exits).map(([code, meaning]) => `  ${code.padEnd(4)} ${meaning}`);
  return ['', 'Examples:', ...examples.map((line) => `  ${line}`), '', 'Exit codes:', ...codes].join('\n');
}

/** How a command ends that runs until it is stopped. */
export const STOPPED = 'stopped, by Ctrl-C, SIGTERM or SIGHUP';
