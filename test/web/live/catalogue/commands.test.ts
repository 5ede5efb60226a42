import { expect, test } from 'vitest';
import { commandFor, TOOL_NOTES, TOOLS } from '../../../../web/live/catalogue/commands.ts';

const EXAMPLE = '/arrays?dtype=float32&shape=16,16';

test.each([
  ['tidemark', "tidemark connect 'ws://host:8000/feeds/arrays?dtype=float32&shape=16,16'"],
  ['curl', "curl -N 'http://host:8000/feeds/arrays?dtype=float32&shape=16,16'"],
] as const)('%s dials the server that the page came from, below its base path', (tool, command) => {
  expect(commandFor(tool, 'http://host:8000/feeds/', EXAMPLE, false)).toBe(command);
});

test.each(TOOLS)('%s fetches no package by a name that may be somebody else’s', (tool) => {
  expect(`${commandFor(tool, 'http://host/', EXAMPLE, true)} ${TOOL_NOTES[tool]}`).not.toMatch(
    /\b(npx|npm|pip)\b/,
  );
});

test.each(TOOLS)('%s is told to go by TLS where the page came by it', (tool) => {
  expect(commandFor(tool, 'https://host/', EXAMPLE, false)).toMatch(/'(https|wss):\/\/host\/arrays\?/);
});

test.each(TOOLS)('%s is told to bring a token where one is needed, and not which', (tool) => {
  expect(commandFor(tool, 'http://host/', EXAMPLE, true)).toContain('YOUR-TOKEN');
  expect(commandFor(tool, 'http://host/', EXAMPLE, false)).not.toContain('TOKEN');
});

test.each(TOOLS)('no address ends the quotes of %s', (tool) => {
  const command = commandFor(tool, "http://host/a'b/", "/users?client='$(reboot)'", false);
  expect(command).toContain('%27');
  expect(command).not.toMatch(/a'b|'\$\(/);
});
