import { faker } from '@faker-js/faker/locale/en';
import { describe, expect, test } from 'vitest';
import { openStream } from '../../../src/stream/stream.ts';

/** Every value is held against the tables of faker itself, by rules written down here again from faker's methods. */
const { person, location, internet, phone_number: phone } = faker.rawDefinitions;

type Entries = readonly string[] | string | null | undefined;

function list(...entries: Entries[]): string[] {
  return entries.flatMap((some) => {
    if (some === null || some === undefined) throw new Error('a table of faker is missing');
    return some;
  });
}

const SEXES = [
  {
    firstNames: new Set(list(person?.first_name?.female, person?.first_name?.generic)),
    prefixes: new Set(list(person?.prefix?.female, person?.prefix?.generic)),
  },
  {
    firstNames: new Set(list(person?.first_name?.male, person?.first_name?.generic)),
    prefixes: new Set(list(person?.prefix?.male, person?.prefix?.generic)),
  },
];
const lastNames = new Set(list(person?.last_name?.generic));
const firstNames = new Set(SEXES.flatMap((sex) => [...sex.firstNames]));
const suffixes = new Set(list(person?.suffix));

/** The text of a pattern of faker's: `#` any digit, `!` 2 to 9. */
function patternOf(patterns: readonly string[]): RegExp {
  const sources = patterns.map((pattern) =>
    pattern
      .replaceAll(/[.()+]/g, '\\$&')
      .replaceAll('#', '\\d')
      .replaceAll('!', '[2-9]'),
  );
  return new RegExp(`^(?:${sources.join('|')})$`);
}

/** The ways in which a full name can be read: first and last name, and what stands around them. */
function readings(fullName: string) {
  const words = fullName.split(' ');
  return SEXES.flatMap(({ firstNames, prefixes }) =>
    [0, 1].flatMap((before) =>
      [0, 1].flatMap((after) => {
        const [first = '', last = ''] = words.slice(before);
        const fits =
          words.length === before + 2 + after &&
          (before === 0 || prefixes.has(words[0] ?? '')) &&
          (after === 0 || suffixes.has(words.at(-1) ?? '')) &&
          firstNames.has(first) &&
          lastNames.has(last);
        return fits ? [{ first, last, prefixed: before === 1, suffixed: after === 1 }] : [];
      }),
    ),
  );
}

/** What is left after one of the beginnings, or before one of the ends. */
const without = {
  beginning: (text: string, beginnings: readonly string[]) =>
    beginnings.filter((some) => text.startsWith(some)).map((some) => text.slice(some.length)),
  end: (text: string, ends: readonly string[]) =>
    ends.filter((some) => text.endsWith(some)).map((some) => text.slice(0, text.length - some.length)),
};

function isCity(city: string): boolean {
  const prefixes = list(location?.city_prefix).map((prefix) => `${prefix} `);
  const ends = list(location?.city_suffix);
  const afterPrefix = without.beginning(city, prefixes);
  return (
    list(location?.city_name).includes(city) ||
    afterPrefix.some((rest) => firstNames.has(rest)) ||
    afterPrefix.flatMap((rest) => without.end(rest, ends)).some((name) => firstNames.has(name)) ||
    without.end(city, ends).some((name) => firstNames.has(name) || lastNames.has(name))
  );
}

function isStreet(street: string): boolean {
  const ends = list(location?.street_suffix).map((suffix) => ` ${suffix}`);
  return (
    list(location?.street_name).includes(street) ||
    without.end(street, ends).some((name) => firstNames.has(name) || lastNames.has(name))
  );
}

interface User {
  seq: number;
  id: string;
  name: string;
  email: string;
  phone: string;
  address: { street: string; city: string; zip: string; country: string };
  birthdate: string;
  job: string;
}

const stream = openStream('users?seed=11');
const texts = Array.from({ length: 400 }, (_, seq) => new TextDecoder().decode(stream.message(seq)));
const users: User[] = texts.map((text) => JSON.parse(text));

/** The records whose value breaks the rule, so that a failure shows them. */
function offenders(rule: (user: User) => boolean): User[] {
  return users.filter((user) => !rule(user));
}

describe('users', () => {
  test('records are compact JSON, their keys in order and seq first', () => {
    for (const [seq, user] of users.entries()) {
      expect(JSON.stringify(user)).toBe(texts[seq]);
      expect(user.seq).toBe(seq);
      expect(Object.keys(user)).toEqual([
        ...['seq', 'id', 'name', 'email', 'phone'],
        ...['address', 'birthdate', 'job'],
      ]);
      expect(Object.keys(user.address)).toEqual(['street', 'city', 'zip', 'country']);
    }
  });

  test('id is a version 4 UUID, and none comes twice', () => {
    const version4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    expect(offenders(({ id }) => version4.test(id))).toEqual([]);
    expect(new Set(users.map(({ id }) => id)).size).toBe(users.length);
  });

  test('name has first name and prefix of one sex, a last name, and may have a suffix', () => {
    expect(offenders(({ name }) => readings(name).length > 0)).toEqual([]);
  });

  test('names with and without prefix and suffix all come, those without most often', () => {
    const read = users.map(({ name }) => readings(name)[0]);
    const plain = read.filter((name) => name?.prefixed === false && name.suffixed === false).length;
    expect(plain).toBeGreaterThan(users.length / 2);
    expect(plain).toBeLessThan(users.length);
    expect(read.some((name) => name?.prefixed)).toBe(true);
    expect(read.some((name) => name?.suffixed)).toBe(true);
  });

  test('email is made of that first and last name and of a free provider', () => {
    const providers = list(internet?.free_email);
    const rule = ({ name, email }: User) => {
      const [user = '', provider = ''] = email.split('@');
      const local = ({ first, last }: { first: string; last: string }) =>
        ['.', '_'].map((mark) => `${first}${mark}${last.replaceAll("'", '')}`);
      const ends = readings(name).flatMap((reading) => without.beginning(user, local(reading)));
      return providers.includes(provider) && ends.some((end) => /^(|0|[1-9]\d?)$/.test(end));
    };
    expect(offenders(rule)).toEqual([]);
    expect(users.some(({ email }) => /\d@/.test(email))).toBe(true);
    expect(users.some(({ email }) => /[a-z]@/.test(email))).toBe(true);
  });

  test('phone is of one of the human formats', () => {
    const format = patternOf(list(phone?.format?.human));
    expect(offenders((user) => format.test(user.phone))).toEqual([]);
  });

  test('street is a building number without a leading zero and a street', () => {
    const rule = ({ address: { street } }: User) => {
      const parts = /^([1-9]\d{2,4}) (.+)$/.exec(street);
      return isStreet(parts?.[2] ?? '');
    };
    expect(list(location?.building_number)).toEqual(['#####', '####', '###']);
    expect(offenders(rule)).toEqual([]);
  });

  test('city is of one of the city patterns', () => {
    expect(offenders(({ address }) => isCity(address.city))).toEqual([]);
  });

  test('zip is of one of the postcode formats', () => {
    const format = patternOf(list(location?.postcode));
    expect(offenders(({ address }) => format.test(address.zip))).toEqual([]);
  });

  test('country is a country', () => {
    const countries = list(location?.country);
    expect(offenders(({ address }) => countries.includes(address.country))).toEqual([]);
  });

  test('birthdate is a real date from 1945-01-02 to 2007-12-31', () => {
    const rule = ({ birthdate }: User) =>
      new Date(`${birthdate}T00:00:00Z`).toISOString().slice(0, 10) === birthdate &&
      birthdate >= '1945-01-02' &&
      birthdate <= '2007-12-31';
    expect(offenders(rule)).toEqual([]);
  });

  test('birthdate reaches both ends', () => {
    // The seqs are those at which the one draw of the field is at its least and at its greatest.
    const birthdates = [5578, 9058].map(
      (seq) => JSON.parse(new TextDecoder().decode(stream.message(seq))).birthdate,
    );
    expect(birthdates).toEqual(['1945-01-02', '2007-12-31']);
  });

  test('job is a descriptor, an area and a type', () => {
    const areas = list(person?.job_area);
    const types = list(person?.job_type);
    const descriptors = list(person?.job_descriptor).map((descriptor) => `${descriptor} `);
    const rest = areas.flatMap((area) => types.map((type) => `${area} ${type}`));
    const rule = ({ job }: User) => without.beginning(job, descriptors).some((end) => rest.includes(end));
    expect(offenders(rule)).toEqual([]);
  });

  test('another seed gives other people', () => {
    const other = JSON.parse(new TextDecoder().decode(openStream('users?seed=12').message(0)));
    expect(other.id).not.toBe(users[0]?.id);
  });

  test('the patterns that these rules restate are the ones that faker has', () => {
    expect(list(location?.street_pattern)).toEqual([
      '{{person.firstName}} {{location.street_suffix}}',
      '{{person.lastName}} {{location.street_suffix}}',
      '{{location.street_name}}',
    ]);
    expect(list(location?.city_pattern)).toEqual([
      '{{location.city_prefix}} {{person.firstName}}{{location.city_suffix}}',
      '{{location.city_prefix}} {{person.firstName}}',
      '{{person.firstName}}{{location.city_suffix}}',
      '{{person.lastName}}{{location.city_suffix}}',
      '{{location.city_name}}',
    ]);
    expect(list(person?.job_title_pattern)).toEqual([
      '{{person.jobDescriptor}} {{person.jobArea}} {{person.jobType}}',
    ]);
  });
});
