import { ACCESS_TOKEN_PARAMETER } from '../../session/access-token.ts';
import { badParameter } from '../../stream/stream-error.ts';
import { quoted } from '../../wording/secrets.ts';
import type { Operation, Route } from '../api/routes.ts';
import { SPEAK_PARAMETER } from '../request/request.ts';

/**
 * Why the query of a request can't be understood, as a sentence; undefined if it can. A name that nobody knows is a mistyped one:
 * answered as if it were not there, it would be another answer than was asked for.
 *
 * @param query without the access token, which has been taken out of it
 * @param speak the parameter of that name, which only streams have
 */
export function queryFault(
  { path }: Route,
  { anyQuery, audience, parameters = [] }: Operation,
  query: URLSearchParams,
  speak: string | undefined,
): string | undefined {
  if (anyQuery === true) return undefined;
  const known = parameters.filter((each) => each.in === 'query').map(({ name }) => name);
  const names = [...(speak === undefined ? [] : [SPEAK_PARAMETER]), ...query.keys()];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const all = audience === 'client' ? [...known, ACCESS_TOKEN_PARAMETER] : known;
    return `unknown parameter ${quoted(unknown)}: ${path} takes ${all.length === 0 ? 'none' : all.join(', ')}`;
  }
  const twice = known.find((name) => query.getAll(name).length > 1);
  return twice === undefined
    ? undefined
    : badParameter(twice, 'given once', query.getAll(twice).join(' and ')).message;
}
