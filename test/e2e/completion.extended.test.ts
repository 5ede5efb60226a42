import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SHELLS, type Shell } from '../../src/cli/completion/options.ts';
import { tidemarkProgram } from '../../src/cli/program.ts';
import { valueFormOf } from '../../src/cli/settings/value-form.ts';
import { STREAM_KINDS } from '../../src/stream/kinds/stream-kinds.ts';
import { PROGRAM, temporaryFolder } from './processes.ts';

/** Asks the real shells. What there is to complete is taken from the commands, so a new option is asked for by itself. */

/** A program of each shell: reads lines of words, the last of which is to be completed, and tells what is offered. */
const ASKING: Readonly<Record<Shell, string>> = {
  bash: `
    source ./script
    while IFS= read -r line; do
      IFS=$'\\t' read -ra COMP_WORDS <<<"\${line}x"
      COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
      COMP_WORDS[COMP_CWORD]=\${COMP_WORDS[COMP_CWORD]%x}
      _tidemark
      printf '%s\\n' "\${COMPREPLY[@]}"
      echo ---
    done`,
  // The completion system runs in a terminal only; what it would list is taken where it is handed over.
  zsh: `
    zmodload zsh/zpty
    zpty asked 'zsh -f -i'
    zpty -w asked "PS1= PROMPT_EOL_MARK= && stty columns 500 && autoload -Uz compinit && compinit -u && source ./script"
    zpty -w asked 'compadd() {
      if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd "$@"; return; fi
      local -a hits; builtin compadd -A hits "$@"; local hit
      for hit in $hits; do print -r -- "<$hit>"; done
    }'
    zpty -w asked 'zstyle ":completion:*" list-grouped false; ask() { print "<<"; } ; TRAPEXIT() { }'
    zpty -w asked 'finish() { print "<---"">"; zle kill-buffer }; zle -N finish; bindkey "^X" finish; bindkey "^I" complete-word; echo "<re""ady>"'
    local text
    while zpty -r asked text && [[ $text != *'<ready>'* ]]; do :; done
    while IFS= read -r line; do
      zpty -w -n asked "\${line//$'\\t'/ }"$'\\t'$'\\x18'
      while zpty -r asked text && [[ $text != *'<--->'* ]]; do
        [[ $text =~ '<([^<>]+)>' ]] && print -r -- $match[1]
      done
      echo ---
    done
    zpty -d asked`,
  fish: `
    source ./script
    while read -l line
      complete -C (string replace -a \\t ' ' -- $line) | string replace -r '\\t.*' ''
      echo ---
    end`,
};

/** What a shell offers for each list of words, of which the last is not finished. */
function offersOf(shell: Shell, questions: readonly (readonly string[])[]): readonly string[][] {
  const folder = temporaryFolder();
  const script = execFileSync(process.execPath, [PROGRAM, 'completion', shell], { encoding: 'utf8' });
  writeFileSync(join(folder, 'script'), script);
  writeFileSync(join(folder, 'asking'), ASKING[shell]);
  mkdirSync(join(folder, 'place'));
  writeFileSync(join(folder, 'place', 'a file.pem'), '');
  const input = questions.map((words) => `${['tidemark', ...words].join('\t')}\n`).join('');
  const told = execFileSync(shell, ['./asking'], {
    cwd: folder,
    input,
    encoding: 'utf8',
    env: { ...process.env, HOME: folder },
  });
  const answers = told.split(/^---\n/m).slice(0, -1);
  expect(answers).toHaveLength(questions.length);
  return answers.map((answer) =>
    answer
      .replaceAll('\\', '')
      .split('\n')
      .filter((offer) => offer !== ''),
  );
}

const commands = tidemarkProgram().commands.map((command) => ({
  name: command.name(),
  options: command.options.filter(({ hidden }) => !hidden),
}));
const names = commands.map(({ name }) => name);

describe.each(SHELLS)('%s', (shell) => {
  test('completes commands, and the options of each', () => {
    const questions = [[''], ['se'], ...names.map((name) => [name, '--'])];
    const [all = [], begun = [], ...options] = offersOf(shell, questions);
    expect(all).toEqual(expect.arrayContaining([...names, 'help']));
    expect(begun.toSorted()).toEqual(['selftest', 'serve']);
    for (const [index, command] of commands.entries()) {
      const flags = [...command.options.map(({ long }) => long as string), '--help'];
      expect(new Set(options[index]), command.name).toEqual(new Set(flags));
    }
  });

  test('completes choices, kinds of streams and files, and nothing else, after each option', () => {
    const asked = commands.flatMap(({ name, options }) =>
      options.filter((option) => valueFormOf(option) !== undefined).map((option) => ({ name, option })),
    );
    const offers = offersOf(
      shell,
      asked.map(({ name, option }) => [
        name,
        option.long as string,
        'place/'.slice(0, valueFormOf(option)?.file ? 6 : 0),
      ]),
    );
    for (const [index, { name, option }] of asked.entries()) {
      const form = valueFormOf(option);
      const expected = option.argChoices ?? (form?.stream ? STREAM_KINDS : []);
      const offered = offers[index] ?? [];
      if (form?.file) expect(offered.join(), `${name} ${option.long}`).toContain('a file.pem');
      else expect(offered.toSorted(), `${name} ${option.long}`).toEqual(expected.toSorted());
    }
  });

  test('completes arguments', () => {
    const [kinds, second, run, shells, help, value, begun] = offersOf(shell, [
      ['gen', ''],
      ['verify', '--from', '5', 'users', 'place/'],
      ['report', 'place/'],
      ['completion', ''],
      ['help', 'sel'],
      shell === 'bash' ? ['connect', '--as', '=', 'ev'] : ['connect', '--as=ev'],
      ['gen', 'us'],
    ]);
    expect(kinds?.toSorted()).toEqual(STREAM_KINDS.toSorted());
    expect(second?.join()).toContain('a file.pem');
    expect(run?.join()).toContain('a file.pem');
    expect(shells?.toSorted()).toEqual(SHELLS.toSorted());
    expect(help).toEqual(['selftest']);
    expect(value?.join()).toMatch(/events$/);
    expect(begun).toEqual(['users']);
  });
});
