import type { Entry } from '../store/store.ts';

/** What a member says of itself, for others that list it. */
export interface MemberDetails {
  /** The version of the program. */
  readonly version: string;
  /** What it was given to serve, as a digest: members with another one serve other streams under the same names. */
  readonly catalogue: string;
}

/**
 * What the store has of a member. A member's *fence* is the revision at which it joined: no two joins have the same one, and of two,
 * the later is higher.
 */
export interface MemberEntry extends MemberDetails {
  /** Drawn by its process, which knows its own writes by it. */
  readonly process: string;
  readonly fence: number;
  readonly dead: boolean;
  readonly revision: number;
}

const PREFIX = 'member.';

export const MEMBER_PREFIX: string = PREFIX;

export function memberKey(member: string): string {
  return `${PREFIX}${member}`;
}

export function memberOf(key: string): string {
  return key.slice(PREFIX.length);
}

/** What is written: without a fence it joins, and its fence is the revision that the write gets. */
export interface MemberState extends MemberDetails {
  readonly process: string;
  readonly fence: number | undefined;
  /** How often it has shown that it is there. */
  readonly beat: number;
}

export function writeMember({ process, fence, beat, version, catalogue }: MemberState): string {
  return JSON.stringify({ process, fence, beat, version, catalogue });
}

/** What is written of a member that was silent for too long, or has left: this fence counts no more, nor does any before it. */
export function writeDead(fence: number): string {
  return JSON.stringify({ fence, dead: true });
}

/** Reads what the store has; undefined if there is no member, or if what there is can't be read. */
export function readMember({ revision, value }: Entry): MemberEntry | undefined {
  if (value === undefined) return undefined;
  const fields = readObject(value);
  const { process = '', fence = revision, dead = false, version = '', catalogue = '' } = fields ?? {};
  if (fields === undefined || typeof fence !== 'number') return undefined;
  return {
    process: String(process),
    fence,
    dead: dead === true,
    version: String(version),
    catalogue: String(catalogue),
    revision,
  };
}

/** Reads a JSON object; undefined for anything else. */
export function readObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
