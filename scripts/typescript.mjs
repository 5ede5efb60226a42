import { build } from 'rolldown';

/** Imports a module that imports TypeScript, which not every Node that builds can. */
export async function importTypeScript(path) {
  const { output } = await build({ input: path, platform: 'node', write: false });
  const [{ code }] = output;
  return await import(`data:text/javascript,${encodeURIComponent(code)}`);
}
