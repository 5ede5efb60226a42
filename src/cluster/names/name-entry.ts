import { createHash } from 'node:crypto';
import { readObject } from '../members/member-entry.ts';
import type { Entry } from '../store/store.ts';

/** Who holds a name, and by what: it counts while the member's fence does. */
export interface NameEntry {
  readonly member: string;
  readonly fence: number;
  /** Which of its member's leases it is. */
  readonly lease: number;
  /** Of the token that a later connection must bring. */
  readonly digest: string;
}

/** The key of a name. Nothing of what a client sends is in it as it is: a subject of NATS has characters of its own. */
export function nameKey(name: string): string {
  return `name.${Buffer.from(name, 'utf8').toString('base64url')}`;
}

/** A token is a secret that the store need not know. Tokens of two names never have the same digest. */
export function digestOf(name: string, token: string): string {
  return createHash('sha256').update(`${name}\n${token}`, 'utf8').digest('base64url').slice(0, 22);
}

export function writeName({ member, fence, lease, digest }: NameEntry): string {
  return JSON.stringify({ member, fence, lease, digest });
}

/** Reads what the store has; undefined if the name is nobody's, or if what there is can't be read. */
export function readName({ value }: Entry): NameEntry | undefined {
  const { member, fence, lease, digest } = (value === undefined ? undefined : readObject(value)) ?? {};
  if (typeof member !== 'string' || typeof fence !== 'number') return undefined;
  return { member, fence, lease: Number(lease), digest: String(digest) };
}
