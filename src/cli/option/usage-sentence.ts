import type { Command } from 'commander';
import { quoted } from '../../wording/secrets.ts';
import { complaint } from '../output/complaint.ts';
import { nearest } from './nearest.ts';
import { OlderSpelling } from './older-spelling.ts';

/** Makes a command, and those below it, complain of bad usage in our own voice. */
export function speakPlainly(command: Command): void {
  command.showSuggestionAfterError(false).configureOutput({
    outputError: (text, write) => write(complaint(usageSentence(text, command))),
  });
  for (const each of command.commands) speakPlainly(each);
}

/** Commander's complaint in our words: the option, what it must be, and what came. */
function usageSentence(text: string, command: Command): string {
  const said = text.trimEnd().replace(/^error: /, '');
  const unknown = /^unknown (option|command) '([^']*)'$/s.exec(said);
  if (unknown !== null) {
    const [, what, typed = ''] = unknown;
    return what === 'option' ? unknownOption(said, typed, command) : unknownCommand(said, typed, command);
  }
  const lacking = /^option '([^']*)' argument missing$/.exec(said)?.[1];
  if (lacking !== undefined) return `${longOf(lacking)} needs a value: ${lacking}`;
  const needed = /^required option '([^']*)' not specified$/.exec(said)?.[1];
  if (needed !== undefined) return `${longOf(needed)} is needed: ${needed}`;
  const excluded = /^option '([^']*)' cannot be used with option '([^']*)'$/.exec(said);
  if (excluded !== null)
    return `${longOf(excluded[1])} and ${longOf(excluded[2])} exclude each other: give one`;
  const told = (name: string, given: string, why: string) => `${name} ${expectation(why, given)}`;
  return said
    .replace(BAD_VALUE, (_, option: string, given: string, why: string) => told(option, given, why))
    .replace(BAD_ARGUMENT, (_, given: string, argument: string, why: string) => told(argument, given, why));
}

/** Captures the option, its value, and the parser's error. */
const BAD_VALUE = /^option '(?:-\w, )?(--[\w-]+)[^']*' argument '(.*)' is invalid\. (.*)$/s;
/** The same of an argument, whose name comes last. */
const BAD_ARGUMENT = /^command-argument value '(.*)' is invalid for argument '([^']*)'\. (.*)$/s;

/** Our own parsers say what was expected and what came; the one for choices is commander's. */
export function expectation(said: string, given: string): string {
  const choices = /^Allowed choices are (.*)\.$/s.exec(said)?.[1];
  return choices === undefined ? said : `must be one of ${choices}, got ${quoted(given)}`;
}

/** `--count` of `-n, --count <n>`. */
function longOf(flags = ''): string {
  return /--[\w-]+/.exec(flags)?.[0] ?? flags;
}

function unknownOption(said: string, typed: string, { options, commands }: Command): string {
  const [name = '', value] = typed.split(/=(.*)/s);
  const owner = commands.find((command) => command.options.some(({ long }) => long === name));
  if (owner !== undefined) return `${said}: it goes after a command, as in tidemark ${owner.name()} ${name}`;
  if (value !== undefined && options.some(({ long }) => long === name))
    return `${name} takes no value, got ${quoted(value)}`;
  const near = nearest(
    name,
    options.map(({ long }) => long ?? ''),
  );
  const meant = options.find(({ long }) => long === near);
  return said + didYouMean(meant instanceof OlderSpelling ? meant.newer : near);
}

/** Names all commands, unless one is near enough. */
function unknownCommand(said: string, typed: string, { commands }: Command): string {
  const names = commands.map((command) => command.name());
  const near = nearest(typed, names);
  return near === undefined ? `${said}: the commands are ${names.join(', ')}` : said + didYouMean(near);
}

function didYouMean(name: string | undefined): string {
  return name === undefined ? '' : ` (Did you mean ${name}?)`;
}
