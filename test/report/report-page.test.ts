import { expect, test } from 'vitest';
import { reportPage } from '../../src/report/page.ts';
import { minimalAnalysis } from './fixture.ts';

const evil = '</script><script>alert(1)</script><!--<script>\u2028&amp;"';

test('the analysis in the page is the analysis, whatever is in it', () => {
  const minimal = minimalAnalysis();
  const analysis = { ...minimal, run: { ...minimal.run, title: evil }, limits: [evil] };
  const html = reportPage(analysis);
  const [, json = ''] = /<script type="application\/json" id="analysis">([^<]*)<\/script>/.exec(html) ?? [];
  expect(JSON.parse(json)).toEqual(analysis);
  expect(json).not.toMatch(/[<>&\u2028]/);
});

test('a title is text', () => {
  const minimal = minimalAnalysis();
  const html = reportPage({ ...minimal, run: { ...minimal.run, title: evil } });
  const [, title] = /<title>([^<]*)<\/title>/.exec(html) ?? [];
  expect(title).toBe(
    '&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;!--&lt;script&gt;\u2028&amp;amp;&quot;',
  );
});

test('a pattern of String.replace in a name is no pattern', () => {
  const minimal = minimalAnalysis();
  const html = reportPage({ ...minimal, limits: ["$& $' $` $1"] });
  expect(html).toContain(JSON.stringify("$\\u0026 $' $` $1").replaceAll('\\\\', '\\'));
});
