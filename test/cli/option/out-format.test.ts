import { describe, expect, test } from 'vitest';
import { outFormat } from '../../../src/cli/option/out-format.ts';

const FORMATS = ['html', 'text', 'md'] as const;

describe('the format of a file', () => {
  test.each([
    [undefined, 'md'],
    ['-', 'md'],
    ['out.d/report', 'md'],
    ['report.html', 'html'],
    ['REPORT.HTML', 'html'],
    ['report.txt', 'text'],
    ['report.text', 'text'],
    ['a.txt/report.md', 'md'],
  ] as const)('%j is %s', (path, format) => {
    expect(outFormat(FORMATS, path, 'md')).toBe(format);
  });

  test('of a name with another ending is asked for', () => {
    expect(() => outFormat(FORMATS, 'report.pdf', 'html')).toThrow(
      'out must be a name that ends with one of .html, .txt, .md, or have --format beside it, got "report.pdf"',
    );
  });
});
