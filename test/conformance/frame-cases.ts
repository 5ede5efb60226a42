import { type Case, Sender, type Side } from './case.ts';
import { closeCases } from './close-cases.ts';
import { fragmentCases } from './fragment-cases.ts';
import { lengthCases } from './length-cases.ts';
import { reservedCases } from './reserved-cases.ts';
import { utf8Cases } from './utf8-cases.ts';

/** All cases for one side, as its peer sends them. */
export function frameCases(side: Side): Case[] {
  const sender = new Sender(side);
  const makers = [lengthCases, reservedCases, fragmentCases, utf8Cases, closeCases];
  return makers.flatMap((make) => make(sender));
}
