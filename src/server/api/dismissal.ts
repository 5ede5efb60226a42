import { quoted } from '../../wording/secrets.ts';
import { askAll, type Cluster } from '../cluster/cluster.ts';
import type { Responder } from '../cluster/question.ts';
import type { HttpAnswer } from '../request/http-answer.ts';
import { Refusal } from '../request/refusal.ts';

/** Asks a client to leave, and not to come back. @param name undefined if it can't be decoded */
export async function dismissClient(
  name: string | undefined,
  cluster: Cluster,
  responder: Responder,
): Promise<HttpAnswer | Refusal> {
  if (name === undefined)
    return new Refusal({ status: 400, sentence: 'the name must be percent-encoded UTF-8' });
  const { answers, missing } = await askAll(cluster, responder, { ask: 'dismiss', name }, 'cluster');
  if (answers.some(({ answer }) => answer)) return { status: 204, sentence: '' };
  if (missing.length > 0) {
    const sentence = `no client is called ${quoted(name)}, as far as is known: ${missing.join(', ')} did not answer`;
    return new Refusal({ status: 503, headers: { 'Retry-After': '5' }, sentence });
  }
  const sentence = `no client is called ${quoted(name)}: /clients lists those that are there`;
  return new Refusal({ status: 404, sentence });
}
