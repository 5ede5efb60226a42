import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const inFolder = (folder: string, recursive: boolean) =>
  readdirSync(join(root, folder), { recursive, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(root, folder, name));
const pages = [
  ...inFolder('.', false),
  ...inFolder('docs', true),
  ...['peers', 'fuzz', 'controls', 'faults'].map((room) => join(root, 'lab', room, 'README.md')),
];

/** What GitHub makes of a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');

function anchors(page: string): string[] {
  const text = readFileSync(page, 'utf8').replace(/^```[\s\S]*?^```/gm, '');
  return [...text.matchAll(/^#{1,6} (.*)$/gm)].map(([, heading = '']) => anchorOf(heading));
}

test.each(pages.map((page) => [relative(root, page), page]))(
  'every link of %s leads somewhere',
  (_, page) => {
    const text = readFileSync(page, 'utf8').replace(/^```[\s\S]*?^```/gm, '');
    for (const [, file = '', anchor = ''] of text.matchAll(/\]\((?!\w+:)([^)#\s]*)#?([^)\s]*)\)/g)) {
      const target = file === '' ? page : join(dirname(page), file);
      expect(existsSync(target), file).toBe(true);
      if (anchor !== '' && statSync(target).isFile())
        expect(anchors(target), `${file}#${anchor}`).toContain(anchor);
    }
  },
);
