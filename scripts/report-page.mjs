import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { licences } from './licences.mjs';

const source = fileURLToPath(new URL('../web/', import.meta.url));
// What is for paper comes last, and overrules the others.
const STYLES = [
  'element/colours.css',
  'report/page.css',
  'chart/plot.css',
  'report/chart.css',
  'element/table.css',
  'report/print.css',
];

/** The page's script and style into a folder, each in one file, since a report holds them within itself. */
export async function bundleReportPage(folder) {
  const { output } = await build({
    input: join(source, 'report', 'page.ts'),
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
