import { faker } from '@faker-js/faker/locale/en';

/** A readable name for a client that was given none, such as `brave-otter`. */
export function madeUpName(): string {
  return `${faker.word.adjective({ length: { min: 3, max: 8 } })}-${faker.animal.type()}`
    .replaceAll(' ', '-')
    .toLowerCase();
}
