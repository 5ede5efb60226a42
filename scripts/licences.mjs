import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A comment with the licences of all packages that have a part in a bundle, each text once: they ask to go where the code
 * goes. Nothing if it is all our own.
 */
export function licences(moduleIds) {
  const folders = new Set(
    moduleIds.flatMap(
      (id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id.replaceAll('\\', '/'))?.[0] ?? [],
    ),
  );
  if (folders.size === 0) return '';
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
