import { onTestFinished } from 'vitest';
import { type NatsOptions, type NatsServer, startNats, startNatsCluster } from '../../lab/kit/nats.mjs';
import { Scope } from '../../lab/kit/scope.mjs';

/** A NATS server of a test's own, with JetStream. It does not outlive the test. */
export function natsServer(options?: NatsOptions): Promise<NatsServer> {
  return startNats(scopeOfTest(), options);
}

/** A cluster of them, once it has a leader. */
export function natsCluster(size = 3, options?: NatsOptions): Promise<NatsServer[]> {
  return startNatsCluster(scopeOfTest(), size, options);
}

/** The address of a cluster, as it is typed. */
export function addressOf(servers: readonly NatsServer[]): string {
  return servers.map(({ url }) => url).join(',');
}

function scopeOfTest(): Scope {
  const scope = new Scope();
  onTestFinished(() => scope.close());
  return scope;
}
