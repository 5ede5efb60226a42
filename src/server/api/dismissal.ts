import { quoted } from '../../wording/secrets.ts';
import type { Present } from '../clients/presence.ts';
import type { HttpAnswer } from '../request/http-answer.ts';
import { Refusal } from '../request/refusal.ts';

/** Asks a client to leave, and not to come back. @param name undefined if it can't be decoded */
export function dismissClient(name: string | undefined, all: readonly Present[]): HttpAnswer | Refusal {
  if (name === undefined)
    return new Refusal({ status: 400, sentence: 'the name must be percent-encoded UTF-8' });
  const client = all.find((each) => each.name === name);
  if (client === undefined) {
    const sentence = `no client is called ${quoted(name)}: /clients lists those that are there`;
    return new Refusal({ status: 404, sentence });
  }
  client.dismiss();
  return { status: 204, sentence: '' };
}
