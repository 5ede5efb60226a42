#!/usr/bin/env node
import { complainOf } from './output/complaint.ts';
import { tidemarkProgram } from './program.ts';

const program = tidemarkProgram();

// Asked for the help of a command that there is not, commander gives its own: it is to be refused like the command itself.
const given = process.argv.slice(2);
const asked = given[0] === 'help' ? (given[1] ?? 'help') : (given[0] ?? '');
const known = asked === 'help' || program.commands.some((command) => command.name() === asked);
const words = !known && /^[^-]/.test(asked) ? [asked] : given;

// Nobody reads them any more: `Output` tells of its own, and a complaint would have nobody to hear it.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

try {
  await program.parseAsync(words, { from: 'user' });
} catch (error) {
  complainOf(error);
  process.exitCode = 1;
}
