import { readFileSync } from 'node:fs';
import { quoted } from '../wording/secrets.ts';
import type { HttpAnswer } from './request/http-answer.ts';
import { Refusal } from './request/refusal.ts';

/** Made by the build. The path is right from `src/`, from `dist/` and from the bundled command alike. */
const BUILT = new URL('../../dist/live/', import.meta.url);

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};
const FILE_NAME = /^[a-z-]+\.(html|js|css|svg)$/;

/** The page gets everything from this server, and runs nothing but its own files. */
const HEADERS = {
  'Cache-Control': 'no-cache',
  'Content-Security-Policy': [
    "default-src 'none'",
    ...["script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'", "worker-src 'self'"],
    ...["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
  ].join('; '),
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  Vary: 'Accept',
};

const read = new Map<string, string>();

/** Answers with a file of the live page; with the greeting in place of the page itself if it has not been built. */
export function pageFile({ file, greeting }: { file: string; greeting: string }): HttpAnswer | Refusal {
  const [, extension = ''] = FILE_NAME.exec(file) ?? [];
  const text = extension === '' ? undefined : textOf(file);
  if (text !== undefined) {
    return {
      status: 200,
      headers: HEADERS,
      sentence: '',
      body: { type: MEDIA_TYPES[extension] ?? '', text },
    };
  }
  if (file === 'index.html') return { status: 200, headers: { Vary: 'Accept' }, sentence: greeting };
  return new Refusal({ status: 404, sentence: `the page has no file ${quoted(file)}` });
}

function textOf(file: string): string | undefined {
  try {
    const text = read.get(file) ?? readFileSync(new URL(file, BUILT), 'utf8');
    read.set(file, text);
    return text;
  } catch {
    return undefined;
  }
}
