import type { FieldProgram, Step } from '../program/field-program.ts';
import { TABLES, type TableName } from './faker-tables.ts';

/**
 * Users: records of faker's data. Each value is one that the faker method named beside it could have given in
 * the locale `en`; the tables are faker's own, taken from it by the build, so faker's version
 * is part of the stream id. The build makes code of the program (scripts/program-source.mjs); here it is defined.
 */
const FIRST_NAME_SLOT = 0;
const LAST_NAME_SLOT = 1;
const SEX_SLOT = 2;

const firstNamesFemale = table('person.first_name.female', 'person.first_name.generic');
const firstNamesMale = table('person.first_name.male', 'person.first_name.generic');
const lastNames = table('person.last_name.generic');
const anyFirstNames = table(
  'person.first_name.female',
  'person.first_name.male',
  'person.first_name.generic',
);

// Birthdates as faker's, ages 18 to 80, on the fixed day 2026-01-01: 1945-01-02 to 2007-12-31.
const BIRTHDATE_FIRST_DAY = -9130;
const BIRTHDATE_DAY_COUNT = 23_009;

let program: FieldProgram | undefined;

/** The program of `users`, built once: it depends on no parameter. */
export function usersProgram(): FieldProgram {
  program ??= buildProgram();
  return program;
}

function buildProgram(): FieldProgram {
  return {
    text: true,
    steps: [
      text('{"seq":'),
      { step: 'seq' },
      ...field('id', [{ step: 'uuid' }]), // faker.string.uuid
      ...field('name', fullName()), // faker.person.fullName
      ...field('email', email()), // faker.internet.email, of that name
      ...field('phone', [digitsOf(table('phone_number.format.human'))]), // faker.phone.number
      text(',"address":{'),
      ...quoted('street', 'address.street', streetAddress()), // faker.location.streetAddress
      ...field('city', city(), 'address.city'), // faker.location.city
      ...field('zip', [digitsOf(table('location.postcode'))], 'address.zip'), // faker.location.zipCode
      ...field('country', [pick(table('location.country'))], 'address.country'), // faker.location.country
      text('}'),
      ...field('birthdate', [
        { step: 'date', firstDay: BIRTHDATE_FIRST_DAY, dayCount: BIRTHDATE_DAY_COUNT }, // faker.date.birthdate
      ]),
      ...field('job', [
        pick(table('person.job_descriptor')), // faker.person.jobTitle
        text(' '),
        pick(table('person.job_area')),
        text(' '),
        pick(table('person.job_type')),
      ]),
      text('}'),
    ],
  };
}

function fullName(): Step[] {
  const first: Step = {
    step: 'follow',
    slot: SEX_SLOT,
    branches: [[pick(firstNamesFemale, FIRST_NAME_SLOT)], [pick(firstNamesMale, FIRST_NAME_SLOT)]],
  };
  const prefix: Step = {
    step: 'follow',
    slot: SEX_SLOT,
    branches: [
      [pick(table('person.prefix.female', 'person.prefix.generic'))],
      [pick(table('person.prefix.male', 'person.prefix.generic'))],
    ],
  };
  const last = pick(lastNames, LAST_NAME_SLOT);
  const suffix = pick(table('person.suffix'));
  const space = text(' ');
  return [
    {
      step: 'choose',
      branches: [
        { weight: 1, steps: [], slot: SEX_SLOT },
        { weight: 1, steps: [], slot: SEX_SLOT },
      ],
    },
    {
      step: 'choose',
      branches: [
        { weight: 49, steps: [first, space, last] },
        { weight: 7, steps: [prefix, space, first, space, last] },
        { weight: 7, steps: [first, space, last, space, suffix] },
        { weight: 1, steps: [prefix, space, first, space, last, space, suffix] },
      ],
    },
  ];
}

function email(): Step[] {
  const first: Step = {
    step: 'follow',
    slot: SEX_SLOT,
    branches: [[repeat(firstNamesFemale, FIRST_NAME_SLOT)], [repeat(firstNamesMale, FIRST_NAME_SLOT)]],
  };
  return [
    first,
    pick(['.', '_']),
    repeat(lastNames, LAST_NAME_SLOT),
    oneOf([[], [{ step: 'integer', bound: 100 }]]),
    text('@'),
    pick(table('internet.free_email')),
  ];
}

function streetAddress(): Step[] {
  const suffix = pick(table('location.street_suffix'));
  return [
    digitsOf(['$####', '$###', '$##']), // faker.location.buildingNumber: no leading zero
    text(' '),
    oneOf([
      [pick(anyFirstNames), text(' '), suffix],
      [pick(lastNames), text(' '), suffix],
      [pick(table('location.street_name'))],
    ]),
  ];
}

function city(): Step[] {
  const prefix = pick(table('location.city_prefix'));
  const suffix = pick(table('location.city_suffix'));
  const first = pick(anyFirstNames);
  return [
    oneOf([
      [prefix, text(' '), first, suffix],
      [prefix, text(' '), first],
      [first, suffix],
      [pick(lastNames), suffix],
      [pick(table('location.city_name'))],
    ]),
  ];
}

/** A quoted member after a comma. The field's path is its name where none is given. */
function field(name: string, steps: readonly Step[], path: string = name): Step[] {
  return [text(','), ...quoted(name, path, steps)];
}

function quoted(name: string, path: string, steps: readonly Step[]): Step[] {
  return [text(`"${name}":"`), { step: 'field', path }, ...steps, text('"')];
}

function text(content: string): Step {
  return { step: 'text', text: content };
}

function pick(entries: readonly string[], slot?: number): Step {
  return slot === undefined ? { step: 'pick', table: entries } : { step: 'pick', table: entries, slot };
}

/** As faker makes user names: ASCII letters and digits and no apostrophe. */
function repeat(entries: readonly string[], slot: number): Step {
  return { step: 'repeat', slot, table: entries.map((entry) => entry.replaceAll(/[^A-Za-z0-9._+-]/g, '')) };
}

function oneOf(branches: readonly (readonly Step[])[]): Step {
  return { step: 'choose', branches: branches.map((steps) => ({ weight: 1, steps })) };
}

function digitsOf(patterns: readonly string[]): Step {
  return oneOf(patterns.map((pattern) => [{ step: 'digits', pattern }]));
}

/** Joins faker's lists into one table of JSON-escaped text. */
function table(...names: TableName[]): string[] {
  return names.flatMap((name) => TABLES[name].map((entry) => JSON.stringify(entry).slice(1, -1)));
}
