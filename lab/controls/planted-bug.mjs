import { readdirSync } from 'node:fs';

/**
 * A defect that is put into a copy of the code, to show that the tests find it.
 *
 * @typedef {object} PlantedBug
 * @property {string} name what is wrong
 * @property {string} harm what a user would suffer
 * @property {string} file the source file that it is put into
 * @property {string} find text that is in the file once
 * @property {string} replace what is put in its place
 * @property {string} test the test file that must fail
 * @property {Record<string, string>} [env] environment of the test
 * @property {boolean} [build] whether the test runs what is built, too
 *
 * @typedef {PlantedBug & { floor: string }} FloorBug
 */

/** The names of the files in bugs/. */
export function floors() {
  const files = readdirSync(new URL('bugs', import.meta.url)).toSorted();
  return files.map((file) => file.replace(/\.mjs$/, ''));
}

/** The bugs of all floors. @returns {Promise<FloorBug[]>} */
export async function plantedBugs() {
  const found = floors().map(async (floor) => {
    /** @type {{ bugs: PlantedBug[] }} */
    const { bugs } = await import(`./bugs/${floor}.mjs`);
    return bugs.map((bug) => ({ floor, ...bug }));
  });
  return (await Promise.all(found)).flat();
}

/**
 * The source with the bug in it.
 *
 * @param {Pick<PlantedBug, 'name' | 'file' | 'find' | 'replace'>} bug
 * @param {string} source
 * @throws Error if what is to be replaced is not there exactly once, or if nothing would change
 */
export function plant({ name, file, find, replace }, source) {
  const times = source.split(find).length - 1;
  if (times !== 1) throw new Error(`"${name}": ${file} holds ${times} times, and not once: ${find}`);
  if (find === replace) throw new Error(`"${name}" changes nothing in ${file}`);
  return source.replace(find, () => replace);
}
