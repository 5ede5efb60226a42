import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Comparison } from '../analysis/comparison/comparison.ts';
import type { Analysis } from '../analysis/run/analysis.ts';
import { conditionLine, overallLine, verdictText } from './comparison-wording.ts';

/** Made by the build. The path is right from `src/` and from `dist/` alike. */
const BUILT = new URL('../../dist/report/', import.meta.url);

/** A report as one HTML file. */
export function reportPage(analysis: Analysis): string {
  const { title, tidemark: version } = analysis.run;
  const { answer: sentences } = analysis;
  return selfContainedPage({
    title: title ?? 'Tidemark report',
    version,
    id: 'analysis',
    data: analysis,
    sentences,
  });
}

/** A comparison as one HTML file, with both curves. */
export function comparisonPage(comparison: Comparison): string {
  return selfContainedPage({
    title: 'Tidemark comparison',
    version: comparison.b.tidemark,
    id: 'comparison',
    data: comparison,
    sentences: [
      ...comparison.conditions.map(conditionLine),
      overallLine(comparison),
      verdictText(comparison),
    ],
  });
}

/** What a page shows. */
interface PageContent {
  readonly title: string;
  /** Version of the package that measured. */
  readonly version: string;
  /** The id by which the page's script finds the data. */
  readonly id: 'analysis' | 'comparison';
  readonly data: object;
  /** For a reader without JavaScript. */
  readonly sentences: readonly string[];
}

/**
 * An HTML file that holds everything it needs: style, script and the data itself. It loads nothing from the network,
 * and its policy would not let it.
 */
function selfContainedPage({ title: given, version, id, data, sentences }: PageContent): string {
  const script = readFileSync(new URL('page.js', BUILT), 'utf8');
  const style = readFileSync(new URL('page.css', BUILT), 'utf8');
  const policy = [
    "default-src 'none'",
    `script-src '${sourceHash(script)}'`,
    `style-src '${sourceHash(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const title = escapedText(given);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="tidemark ${escapedText(version)}">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<noscript>
<h1>${title}</h1>
${sentences.map((sentence) => `<p>${escapedText(sentence)}</p>`).join('\n')}
<p>The charts and tables need JavaScript. All numbers are in this file, as JSON.</p>
</noscript>
<script type="application/json" id="${id}">${escapedJson(data)}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** As Content Security Policy names a source: https://www.w3.org/TR/CSP3/#grammardef-hash-source. */
function sourceHash(source: string): string {
  return `sha256-${createHash('sha256').update(source).digest('base64')}`;
}

/**
 * JSON in which no HTML parser finds the end of the script, a comment or another script, and no JavaScript parser a
 * line end: https://html.spec.whatwg.org/multipage/scripting.html#restrictions-for-contents-of-script-elements.
 */
function escapedJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escapedText(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? '');
}
