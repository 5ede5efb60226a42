import { expect, test } from 'vitest';
import { metricsText } from '../../../src/server/api/text-format.ts';
import { Buckets } from '../../../src/server/clients/buckets.ts';

test('metrics are in the text format of Prometheus', () => {
  const buckets = new Buckets([0.5, 1]);
  for (const value of [0.25, 2]) buckets.observe(value);
  const text = metricsText([
    {
      ...{ name: 'a_total', help: 'What happened', type: 'counter' },
      samples: [{ labels: { of: 'a "b"\\\n' }, value: 3 }, { value: Number.POSITIVE_INFINITY }],
    },
    {
      ...{ name: 'b_seconds', help: 'How long it took', type: 'histogram' },
      samples: [{ labels: { kind: 'users' }, value: buckets }],
    },
  ]);
  expect(text).toBe(`# HELP a_total What happened
# TYPE a_total counter
a_total{of="a \\"b\\"\\\\\\n"} 3
a_total +Inf
# HELP b_seconds How long it took
# TYPE b_seconds histogram
b_seconds_bucket{kind="users",le="0.5"} 1
b_seconds_bucket{kind="users",le="1"} 1
b_seconds_bucket{kind="users",le="+Inf"} 2
b_seconds_sum{kind="users"} 2.25
b_seconds_count{kind="users"} 2
`);
});
