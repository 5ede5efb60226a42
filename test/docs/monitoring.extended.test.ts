import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { connect } from '../../src/client/connect.ts';
import { serve } from '../../src/server/serve.ts';
import { temporaryFolder } from '../e2e/processes.ts';

const folder = new URL('../../docs/monitoring/', import.meta.url);
const pathOf = (file: string) => fileURLToPath(new URL(file, folder));
const readText = (file: string) => readFileSync(new URL(file, folder), 'utf8');

function promtool(args: readonly string[], input = '') {
  const { status, stdout, stderr, error } = spawnSync('promtool', args, { input, encoding: 'utf8' });
  if (error !== undefined) throw error;
  return { status, said: `${stdout}${stderr}` };
}

let metrics = '';

beforeAll(async () => {
  const server = await serve({ port: 0, encoders: 0 });
  await connect(`${server.url}/users?rate=100`, { block: 5, count: 20 }).closed;
  await fetch(`http://127.0.0.1:${server.port}/nowhere`);
  metrics = await (await fetch(`http://127.0.0.1:${server.port}/metrics`)).text();
  await server.close();
});

test('promtool finds nothing wrong with the metrics', () => {
  expect(promtool(['check', 'metrics'], metrics)).toEqual({ status: 0, said: '' });
});

test('promtool finds what is wrong with others', () => {
  const wrong = metrics.replaceAll('tidemark_resumes_total', 'tidemark_resumes');
  expect(promtool(['check', 'metrics'], wrong).said).toContain('tidemark_resumes');
});

test('promtool takes the rules, and the configuration', () => {
  const { status, said } = promtool(['check', 'rules', pathOf('alerts.yml')]);
  expect([status, said]).toEqual([0, expect.stringContaining('SUCCESS: 6 rules found')]);
  expect(promtool(['check', 'config', pathOf('prometheus.yml')])).toMatchObject({ status: 0 });
});

test.each(['alerts.yml', 'grafana-dashboard.json', 'README.md'])(
  '%s names metrics that there are',
  (file) => {
    const known = new Set([...metrics.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
    const named = [...readText(file).matchAll(/\b(?:tidemark|process|nodejs)_\w+/g)].map(([name]) => name);
    const missing = named.filter((name) => !known.has(name.replace(/_bucket$/, '')) && name !== 'process_');
    expect(missing).toEqual([]);
    expect(named.length).toBeGreaterThan(5);
  },
);

test('the dashboard is JSON, and each of its queries can be parsed', () => {
  const { panels } = JSON.parse(readText('grafana-dashboard.json')) as {
    panels: readonly { readonly targets: readonly { readonly expr: string }[] }[];
  };
  const queries = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  const rules = queries.map((query, index) => {
    const filled = query.replaceAll(/\$__(rate_interval|range)/g, '5m').replaceAll('$instance', '.*');
    return `      - record: query:${index}\n        expr: ${JSON.stringify(filled)}\n`;
  });
  const text = `groups:\n  - name: queries\n    rules:\n${rules.join('')}`;
  const file = join(temporaryFolder(), 'queries.yml');
  writeFileSync(file, text);
  const { status, said } = promtool(['check', 'rules', file]);
  expect([status, said]).toEqual([0, expect.stringContaining(`${queries.length} rules found`)]);
});
