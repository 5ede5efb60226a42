import type { Completed, CompletedCommand, CompletedOption, CompletedValue } from './completed-program.ts';

/** The script for zsh: `_arguments` does all of it, options with = included. */
export function zshScript({ name, options, commands }: Completed): string {
  return `#compdef ${name}
# zsh completion of ${name}: source <(${name} completion zsh), after compinit

_${name}() {
  local context state state_descr line curcontext="$curcontext"
  typeset -A opt_args
  _arguments -C \\
${options.flatMap(optionSpecs).map(specLine).join('\n')}
    '1:command:->command' \\
    '*::argument:->arguments' && return
  case $state in
    command)
      local -a commands=(
${commands.map((command) => `        ${quoted(`${command.name}:${command.description}`)}`).join('\n')}
      )
      _describe command commands
      ;;
    arguments)
      case $line[1] in
${commands.map(branch).join('\n')}
      esac
      ;;
  esac
}

if [[ $funcstack[1] == _${name} ]]; then _${name} "$@"; else compdef _${name} ${name}; fi
`;
}

function branch({ name, options, values }: CompletedCommand): string {
  const specs = [
    ...options.flatMap(optionSpecs),
    ...values.map((value, index) => `${index + 1}${valueSpec(value)}`),
  ];
  return `        ${name})
          _arguments \\
${specs.map((spec) => `      ${specLine(spec)}`).join('\n')}
            && return
          ;;`;
}

/** One for each flag; they exclude each other, and themselves unless the option can be repeated. */
function optionSpecs({ flags, description, repeatable, value }: CompletedOption): string[] {
  const excluded = repeatable ? '*' : flags.length > 1 ? `(${flags.join(' ')})` : '';
  const told = `[${description.replaceAll(/[[\]\\]/g, '\\$&')}]`;
  return flags.map((flag) => {
    const joint = value === undefined ? '' : flag.startsWith('--') ? '=' : '+';
    return `${excluded}${flag}${joint}${told}${value === undefined ? '' : valueSpec(value)}`;
  });
}

function valueSpec({ name, words, files }: CompletedValue): string {
  const action = files ? '_files' : words.length > 0 ? `(${words.join(' ')})` : ' ';
  return `:${name.replaceAll(':', '\\:')}:${action}`;
}

function specLine(spec: string): string {
  return `    ${quoted(spec)} \\`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
