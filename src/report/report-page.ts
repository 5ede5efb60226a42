import type { Analysis } from '../analysis/analysis.ts';

export function reportPage(analysis: Analysis): string {
  return `<!doctype html><pre>${JSON.stringify(analysis)}</pre>`;
}
