import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'rolldown';
import { licences } from './licences.mjs';

/**
 * Bundles the client for browsers that is compiled in `dist`, in place of the scripts in dist/browser/: a page takes it as it is,
 * by its URL, or by way of a bundler. What is loaded only when it is asked for has a file of its own.
 */
export async function bundleBrowser(dist) {
  const folder = join(dist, 'browser');
  const bundle = join(dist, 'browser-bundle');
  const texts = new Set();
  // A page loads no texts of licences: they lie beside what it loads.
  const bannerOf = ({ moduleIds }) => {
    const text = licences(moduleIds);
    texts.add(text);
    return text === '' ? '' : '/*! has code of others: see licences.txt */\n';
  };
  await build({
    cwd: dist, // what is built has no trace of where that was
    platform: 'browser',
    input: { browser: join(folder, 'browser.js') },
    preserveEntrySignatures: 'allow-extension', // what is shared lies in the entry, and not in a third file
    output: {
      format: 'esm',
      minify: true,
      comments: false,
      dir: bundle,
      chunkFileNames: '[name].js',
      postBanner: bannerOf,
    },
  });
  // A worker loads one file.
  await build({
    cwd: dist,
    platform: 'browser',
    input: join(folder, 'local-worker.js'),
    output: {
      format: 'esm',
      minify: true,
      comments: false,
      file: join(bundle, 'local-worker.js'),
      codeSplitting: false,
      postBanner: bannerOf,
    },
  });
  for (const name of readdirSync(folder)) {
    if (name.endsWith('.js')) rmSync(join(folder, name));
  }
  for (const name of readdirSync(bundle)) renameSync(join(bundle, name), join(folder, name));
  writeFileSync(join(folder, 'licences.txt'), [...texts].join('\n'));
  rmSync(bundle, { recursive: true });
}
