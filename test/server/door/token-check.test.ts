import { describe, expect, test } from 'vitest';
import { TokenCheck } from '../../../src/server/door/token-check.ts';

const TOKEN = 'open-Sesame/1+2==';
const entry = (token: string) => `tidemark.token.${Buffer.from(token).toString('base64url')}`;
const check = new TokenCheck(TOKEN);
const NEEDED = /^an access token is needed/;
const WRONG = 'the access token is not the right one';

describe('with a token', () => {
  test.each([
    ['as Bearer', { authorization: `Bearer ${TOKEN}` }, undefined],
    ['whatever the case of the scheme', { authorization: `bearer  ${TOKEN}` }, undefined],
    ['as subprotocol', { 'sec-websocket-protocol': `tidemark.v1, ${entry(TOKEN)}` }, undefined],
    ['in the query', {}, TOKEN],
    ['in the query, beside a scheme for a gateway', { authorization: 'Basic eDp5' }, TOKEN],
    ['as Bearer, which counts before the query', { authorization: `Bearer ${TOKEN}` }, 'other'],
  ])('%s it is let in', (_, headers, inQuery) => {
    expect(check.fault({ headers }, inQuery)).toBeUndefined();
  });

  test.each([
    ['nothing', {}, undefined, NEEDED],
    ['another scheme', { authorization: `Basic ${TOKEN}` }, undefined, NEEDED],
    ['tidemark.v1 alone', { 'sec-websocket-protocol': 'tidemark.v1' }, undefined, NEEDED],
    ['another token', { authorization: 'Bearer other' }, undefined, WRONG],
    ['a longer one', { authorization: `Bearer ${TOKEN}x` }, undefined, WRONG],
    ['a shorter one', {}, TOKEN.slice(0, -1), WRONG],
    ['another case', {}, TOKEN.toLowerCase(), WRONG],
    ['an empty one', {}, '', WRONG],
    ['an empty entry', { 'sec-websocket-protocol': 'tidemark.token.' }, undefined, WRONG],
    ['a wrong Bearer before the right query', { authorization: 'Bearer other' }, TOKEN, WRONG],
  ])('%s is told in a sentence that holds no token', (_, headers, inQuery, sentence) => {
    const fault = check.fault({ headers }, inQuery);
    expect(fault).toMatch(sentence);
    expect(fault).not.toContain(TOKEN);
    expect(fault).not.toContain('other');
  });
});

test('without a token everybody is let in, whatever they bring', () => {
  expect(new TokenCheck(undefined).fault({ headers: { authorization: 'Bearer x' } }, 'y')).toBeUndefined();
});
