import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

const source = fileURLToPath(new URL('../web/report/', import.meta.url));
// What is for paper comes last, and overrules the others.
const STYLES = ['colours.css', 'page.css', 'chart.css', 'table.css', 'print.css'];

/** The page's script and style into a folder, each in one file, since a report holds them within itself. */
export async function bundleReportPage(folder) {
  const { output } = await build({
    input: join(source, 'page.ts'),
    platform: 'browser',
    write: false,
    output: { format: 'iife', minify: true, comments: false },
  });
  const [{ code, moduleIds }] = output;
  const script = `${licences(moduleIds)}${code}`;
  const style = STYLES.map((file) => readFileSync(join(source, file), 'utf8')).join('\n');
  for (const ending of ['</script', '<!--', '</style']) {
    if (`${script}${style}`.toLowerCase().includes(ending))
      throw new Error(`the page may not hold ${ending}`);
  }
  writeFileSync(join(folder, 'page.js'), script);
  writeFileSync(join(folder, 'page.css'), style);
}

/** The licences of all packages that have a part in the script, each text once: they ask to go where the code goes. */
function licences(moduleIds) {
  const folders = new Set(
    moduleIds.flatMap(
      (id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id.replaceAll('\\', '/'))?.[0] ?? [],
    ),
  );
  const packagesByText = new Map();
  for (const folder of [...folders].sort()) {
    const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined) throw new Error(`${name} has no licence text`);
    const text = readFileSync(join(folder, file), 'utf8').trim().replaceAll('*/', '* /');
    packagesByText.set(text, [...(packagesByText.get(text) ?? []), `${name} ${version}`]);
  }
  const parts = [...packagesByText].map(([text, names]) => `${names.join(', ')}\n\n${text}\n`);
  return `/*!\n${parts.join('\n')}*/\n`;
}
