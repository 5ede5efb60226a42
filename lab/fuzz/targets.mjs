// The targets: one file each in targets/, found by name.
import { readdirSync } from 'node:fs';

/** @type {readonly string[]} */
export const TARGET_NAMES = readdirSync(new URL('targets', import.meta.url))
  .filter((name) => name.endsWith('.mjs'))
  .map((name) => name.slice(0, -'.mjs'.length))
  .toSorted();

/** @param {string} name @returns {Promise<import('./campaign.mjs').Target>} */
export async function openTarget(name) {
  const { open } = await import(`./targets/${name}.mjs`);
  return { name, ...open() };
}
