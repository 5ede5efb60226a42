import { faker } from '@faker-js/faker/locale/en';
import { expect, test } from 'vitest';
import { madeUpName } from '../../src/client/made-up-name.ts';
import { parseClientName } from '../../src/protocol/client-name.ts';

test('every one is a name that a server takes', () => {
  faker.seed(1);
  for (let count = 0; count < 5000; count++) {
    const name = madeUpName();
    expect(parseClientName(name)).toBe(name);
    expect(name).toBe(name.toLowerCase());
  }
});
