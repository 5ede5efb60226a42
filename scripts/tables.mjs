// Takes the tables that `users` and made-up names need out of faker's locale `en`, so that nobody has to load all of
// faker to make a user.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { faker } from '@faker-js/faker/locale/en';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Where the build leaves the tables for src/stream/kinds/users.ts. */
export const TABLES_MODULE_PATH = join(root, 'src', 'stream', 'kinds', 'faker-tables.ts');

/** The tables, by their paths in faker's definitions. */
const PATHS = [
  'internet.free_email',
  'location.city_name',
  'location.city_prefix',
  'location.city_suffix',
  'location.country',
  'location.postcode',
  'location.street_name',
  'location.street_suffix',
  'person.first_name.female',
  'person.first_name.generic',
  'person.first_name.male',
  'person.job_area',
  'person.job_descriptor',
  'person.job_type',
  'person.last_name.generic',
  'person.prefix.female',
  'person.prefix.generic',
  'person.prefix.male',
  'person.suffix',
  'phone_number.format.human',
];

const home = dirname(createRequire(import.meta.url).resolve('@faker-js/faker/package.json'));
const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));

/** What goes with all that is faker's: a comment. */
export function fakerNotice() {
  const notice = readFileSync(join(home, 'LICENSE'), 'utf8').trim().replaceAll('*/', '* /');
  return `/*
Tables of @faker-js/faker ${version}, locale en, whose notice is:

${notice}
*/
`;
}

/** The module's text: faker's notice, its version, and the tables. */
export function tablesModule() {
  const tables = PATHS.map((path) => `  '${path}': ${JSON.stringify(tableAt(path))},`);
  return `${fakerNotice()}export const TABLES_VERSION = ${JSON.stringify(version)};

export type TableName =
  | ${PATHS.map((path) => `'${path}'`).join('\n  | ')};

export const TABLES: Readonly<Record<TableName, readonly string[]>> = {
${tables.join('\n')}
};
`;
}

function tableAt(path) {
  const entries = path.split('.').reduce((definitions, key) => definitions?.[key], faker.rawDefinitions);
  if (entries === undefined || entries === null) {
    if (path.endsWith('.generic')) return []; // a list that all sexes share is not always there
    throw new Error(`faker has no table ${path}`);
  }
  return [entries].flat();
}
