// docs/deploy/kubernetes.yaml, judged by the schemas of Kubernetes' own API.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as models from 'kubernetes-models';
import { parseAllDocuments } from 'yaml';
import { checkVariables } from './variables.mjs';

const text = readFileSync(new URL('../../docs/deploy/kubernetes.yaml', import.meta.url), 'utf8');
const resources = parseAllDocuments(text, { strict: true }).map((document) => {
  assert.deepEqual(document.errors, []);
  return document.toJS();
});

/** What each of them is written for. */
const MODELS = {
  Service: models.v1.Service,
  StatefulSet: models.apps.v1.StatefulSet,
  PodDisruptionBudget: models.policy.v1.PodDisruptionBudget,
  HorizontalPodAutoscaler: models.autoscaling.v2.HorizontalPodAutoscaler,
};

for (const resource of resources) {
  test(`${resource.kind} ${resource.metadata.name} is valid`, () => {
    assert.equal(resource.apiVersion, new MODELS[resource.kind]({}).apiVersion);
    new MODELS[resource.kind](resource).validate();
  });
}

test('what is not valid is refused', () => {
  const set = resources.find(({ kind }) => kind === 'StatefulSet');
  const broken = { ...set, spec: { ...set.spec, replicas: 'three' } };
  assert.throws(() => new models.apps.v1.StatefulSet(broken).validate(), /replicas/);
});

test('they select the pods that there are, and ask for what is served', () => {
  const all = (kind) => resources.filter((resource) => resource.kind === kind);
  const [set] = all('StatefulSet');
  const { labels } = set.spec.template.metadata;
  const selectors = [
    set.spec.selector.matchLabels,
    ...all('Service').map(({ spec }) => spec.selector),
    ...all('PodDisruptionBudget').map(({ spec }) => spec.selector.matchLabels),
  ];
  for (const selector of selectors) assert.deepEqual(selector, labels);
  assert.ok(all('Service').some(({ metadata }) => metadata.name === set.spec.serviceName));
  const [scaler] = all('HorizontalPodAutoscaler');
  assert.equal(scaler.spec.scaleTargetRef.name, set.metadata.name);
  const [metric] = scaler.spec.metrics;
  const metrics = readFileSync(new URL('../../docs/monitoring/README.md', import.meta.url), 'utf8');
  assert.ok(metrics.includes(`\`${metric.pods.metric.name}\``));
  const [container] = set.spec.template.spec.containers;
  const ports = container.ports.map(({ name }) => name);
  for (const { spec } of all('Service'))
    assert.ok(spec.ports.every((port) => ports.includes(port.targetPort)));
  checkVariables(container.env.map(({ name }) => name));
});
