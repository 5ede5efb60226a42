import type { Completed, CompletedOption, CompletedValue } from './completed-program.ts';

/** The script for fish: a list of what there is, and when. */
export function fishScript({ name, options, commands }: Completed): string {
  const first = `__${name}_first`;
  const lines = [
    ...options.map((option) => line(name, first, ...optionWords(option))),
    ...commands.map((command) => line(name, first, '-a', command.name, '-d', quoted(command.description))),
    ...commands.flatMap((command) => {
      const runs = `__${name}_runs ${command.name}`;
      return [
        ...command.options.map((option) => line(name, runs, ...optionWords(option))),
        ...command.values.filter(isGuessed).map((value) => line(name, runs, ...valueWords(value))),
      ];
    }),
  ];
  return `# fish completion of ${name}: ${name} completion fish > ~/.config/fish/completions/${name}.fish

function __${name}_first
    test (count (commandline -opc)) -eq 1
end

function __${name}_runs
    set -l words (commandline -opc)
    test (count $words) -ge 2; and test $words[2] = $argv[1]
end

complete -c ${name} -f
${lines.join('\n')}
`;
}

function line(name: string, condition: string, ...words: string[]): string {
  return ['complete', '-c', name, '-n', quoted(condition), ...words].join(' ');
}

function optionWords({ flags, description, value }: CompletedOption): string[] {
  const names = flags.flatMap((flag) =>
    flag.startsWith('--') ? ['-l', flag.slice(2)] : ['-s', flag.slice(1)],
  );
  const taken = value === undefined ? [] : value.files ? ['-r', '-F'] : ['-x', ...valueWords(value)];
  return [...names, ...taken, '-d', quoted(description)];
}

function isGuessed({ words, files }: CompletedValue): boolean {
  return files || words.length > 0;
}

function valueWords({ words, files }: CompletedValue): string[] {
  if (files) return ['-F'];
  return words.length > 0 ? ['-a', quoted(words.join(' '))] : [];
}

function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, '\\$&')}'`;
}
