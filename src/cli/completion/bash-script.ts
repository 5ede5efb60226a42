import type { Completed, CompletedCommand, CompletedValue } from './completed-program.ts';

/**
 * The script for bash, from 3.2 on, without the package bash-completion. Bash takes = and : for the ends of words, so
 * that `--as=ev` comes in three.
 */
export function bashScript({ name, options, commands }: Completed): string {
  const first = [...commands.map((command) => command.name), ...options.flatMap(({ flags }) => flags)];
  return `# bash completion of ${name}: source <(${name} completion bash)

_${name}_words() {
  compopt +o default 2>/dev/null
  COMPREPLY=($(compgen -P "$prefix" -W "$1" -- "$current"))
}

_${name}_files() {
  local file
  compopt -o filenames 2>/dev/null
  COMPREPLY=()
  while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen -P "$prefix" -f -- "$current")
}

_${name}() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} prefix='' valued='' word i place=0
  COMPREPLY=()
  if [[ $current == '=' ]]; then
    current=''
  elif [[ $before == '=' ]]; then
    before=\${COMP_WORDS[COMP_CWORD-2]}
  elif [[ $current == --*=* ]]; then
    before=\${current%%=*} prefix=\${current%%=*}= current=\${current#*=}
  fi
  if ((COMP_CWORD == 1)); then
    _${name}_words '${first.join(' ')}'
    return
  fi
  case \${COMP_WORDS[1]} in
${commands.map((command) => indented(4, `${command.name}) valued=' ${valuedFlags(command).join(' ')} ' ;;`)).join('\n')}
  esac
  for ((i = 2; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case $word in
      = | :) ((i++)) ;;
      -*) [[ $valued == *" $word "* && \${COMP_WORDS[i+1]} != '=' ]] && ((i++)) ;;
      *) ((place++)) ;;
    esac
  done
  case \${COMP_WORDS[1]} in
${commands.map((command) => indented(4, branch(name, command))).join('\n')}
  esac
}

complete -o default -F _${name} ${name}
`;
}

function branch(name: string, { name: command, options, values }: CompletedCommand): string {
  const ofValues = options.flatMap(({ flags, value }) =>
    value === undefined ? [] : [`${flags.join(' | ')}) ${offered(name, value)}; return ;;`],
  );
  const ofPlaces = values.map((value, index) => `${index}) ${offered(name, value)} ;;`);
  return `${command})
  case $before in
${indented(4, [...ofValues, `*) ;;`].join('\n'))}
  esac
  if [[ $current == -* ]]; then
    _${name}_words '${options.flatMap(({ flags }) => flags).join(' ')}'
    return
  fi
  case $place in
${indented(4, [...ofPlaces, `*) _${name}_words '' ;;`].join('\n'))}
  esac
  ;;`;
}

function offered(name: string, { words, files }: CompletedValue): string {
  return files ? `_${name}_files` : `_${name}_words '${words.join(' ')}'`;
}

function valuedFlags({ options }: CompletedCommand): string[] {
  return options.flatMap(({ flags, value }) => (value === undefined ? [] : flags));
}

function indented(columns: number, text: string): string {
  return text.replaceAll(/^(?=.)/gm, ' '.repeat(columns));
}
