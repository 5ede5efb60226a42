/** What every help ends with: commands to copy, and what the command exits with. */
export function helpEnd(examples: readonly string[], exits: Readonly<Record<number, string>>): string {
  const codes = Object.entries(exits).map(([code, meaning]) => `  ${code.padEnd(4)} ${meaning}`);
  return ['', 'Examples:', ...examples.map((line) => `  ${line}`), '', 'Exit codes:', ...codes].join('\n');
}

/** What ends a command that runs until it is stopped. */
export const STOPPED = 'stopped, by Ctrl-C, SIGTERM or SIGHUP';
