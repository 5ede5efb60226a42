import type { Command, Option } from 'commander';

/** For each command, attributes of options, and those that give way to them. */
const DISPLACED = new WeakMap<Command, Map<string, readonly string[]>>();

/**
 * Declares that an option, where it is given, displaces others that are set further down in the order: who types
 * `--resume` does not mean the rate in the config file. Given in the same place, the command judges them.
 */
export function displaces(command: Command, attribute: string, others: readonly string[]): void {
  const all = DISPLACED.get(command) ?? new Map<string, readonly string[]>();
  DISPLACED.set(command, all.set(attribute, others));
}

/** Whether one option displaces another that is further down: this was declared, or they exclude each other. */
export function isDisplaced(command: Command, by: Option, other: Option): boolean {
  const [first, second] = [by.attributeName(), other.attributeName()];
  const declared = DISPLACED.get(command)?.get(first) ?? [];
  return declared.includes(second) || excludes(by, second) || excludes(other, first);
}

/** `conflictsWith` of commander's options is missing from its types. */
function excludes(option: Option, attribute: string): boolean {
  return (option as Option & { readonly conflictsWith: readonly string[] }).conflictsWith.includes(attribute);
}
