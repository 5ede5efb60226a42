import { createRequire } from 'node:module';
import { faker } from '@faker-js/faker/locale/en';
import { describe, expect, test } from 'vitest';
import { TABLES, TABLES_VERSION } from '../../../src/stream/kinds/faker-tables.ts';
import { FAKER_VERSION } from '../../../src/stream/stream.ts';

describe('the tables that the build takes from faker', () => {
  test('are of the version that is in the stream id, and that is installed', () => {
    const installed = createRequire(import.meta.url)('@faker-js/faker/package.json');
    expect([TABLES_VERSION, FAKER_VERSION]).toEqual([installed.version, installed.version]);
  });

  test.each(Object.entries(TABLES))('%s is what faker has', (path, table) => {
    let entry: unknown = faker.rawDefinitions;
    for (const key of path.split('.')) entry = (entry as Record<string, unknown>)[key];
    expect(table).toEqual([entry].flat());
    expect(table.length).toBeGreaterThan(0);
  });
});
