import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { licences } from './licences.mjs';

const source = fileURLToPath(new URL('../web/', import.meta.url));
const STYLES = [
  'element/colours.css',
  'chart/plot.css',
  'live/page.css',
  'live/head.css',
  'live/chart.css',
  'live/roster.css',
  'live/roster-narrow.css',
  'live/feed.css',
  'live/offer.css',
];

/**
 * The live page into a folder: a file each for its script and its style, and one for what it loads only when it is asked for. The
 * page refers to them by relative URLs, below `page/`, since a server may have a base path.
 */
export async function bundleLivePage(folder) {
  mkdirSync(folder, { recursive: true });
  await build({
    input: { page: join(source, 'live', 'page.ts') },
    platform: 'browser',
    preserveEntrySignatures: 'allow-extension', // what is shared lies in the entry, and not in a third file
    output: {
      format: 'esm',
      minify: true,
      comments: false,
      dir: folder,
      chunkFileNames: '[name].js',
      postBanner: ({ moduleIds }) => licences(moduleIds),
    },
  });
  const style = STYLES.map((file) => readFileSync(join(source, file), 'utf8')).join('\n');
  writeFileSync(join(folder, 'page.css'), style);
  for (const file of ['index.html', 'icon.svg']) copyFileSync(join(source, 'live', file), join(folder, file));
}
