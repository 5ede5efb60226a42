/** The record of `users` as plain calls of faker make it. */
import { faker } from '@faker-js/faker';

/** @param {number} seq */
export function fakerRecord(seq) {
  const firstName = faker.person.firstName();
  const lastName = faker.person.lastName();
  return {
    seq,
    id: faker.string.uuid(),
    name: faker.person.fullName({ firstName, lastName }),
    email: faker.internet.email({ firstName, lastName }),
    phone: faker.phone.number(),
    address: {
      street: faker.location.streetAddress(),
      city: faker.location.city(),
      zip: faker.location.zipCode(),
      country: faker.location.country(),
    },
    birthdate: faker.date.birthdate().toISOString().slice(0, 10),
    job: faker.person.jobTitle(),
  };
}
