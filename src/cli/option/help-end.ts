const COLUMNS = 80;
const CODE_COLUMNS = 4;

/** The end of every help text: commands to copy, and exit codes. */
export function helpEnd(examples: readonly string[], exits: Readonly<Record<number, string>>): string {
  const codes = Object.entries(exits).map(([code, meaning]) => {
    const lines = wrapped(meaning, COLUMNS - CODE_COLUMNS - 3);
    return `  ${code.padEnd(CODE_COLUMNS)} ${lines.join(`\n${' '.repeat(CODE_COLUMNS + 3)}`)}`;
  });
  return ['', 'Examples:', ...examples.map((line) => `  ${line}`), '', 'Exit codes:', ...codes].join('\n');
}

/** How a command ends that runs until it is stopped. */
export const STOPPED = 'stopped, by Ctrl-C, SIGTERM or SIGHUP';

function wrapped(text: string, columns: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) as string;
    if (last !== '' && last.length + 1 + word.length > columns) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`.trimStart();
  }
  return lines;
}
