/**
 * Takes a parameter out of the query of a URL or a request target. All else stays as it was, to the byte.
 *
 * @returns its value, of several the first
 */
export function takeParameter(target: string, name: string): { target: string; value: string | undefined } {
  const [path = '', query] = target.split(/\?(.*)/s);
  if (query === undefined) return { target, value: undefined };
  const values: string[] = [];
  const kept = query.split('&').filter((pair) => {
    const value = new URLSearchParams(pair).get(name);
    if (value !== null) values.push(value);
    return value === null;
  });
  if (values.length === 0) return { target, value: undefined };
  return { target: kept.length === 0 ? path : `${path}?${kept.join('&')}`, value: values[0] };
}
