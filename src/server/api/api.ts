import type { Cluster } from '../cluster/cluster.ts';
import { listAll } from '../cluster/listing.ts';
import type { Responder } from '../cluster/question.ts';
import { type HttpAnswer, jsonAnswer } from '../request/http-answer.ts';
import { Refusal } from '../request/refusal.ts';
import { listedBy, listingAnswer } from './clients.ts';
import { dismissClient } from './dismissal.ts';
import { answerMetrics } from './metrics.ts';
import { openApiDocument } from './openapi.ts';
import type { ApiName } from './routes.ts';
import { offeredStreams, type StreamDefaults } from './streams.ts';
import { versionOf } from './version.ts';

/** What the API reports on. */
export interface ApiSources {
  readonly defaults: StreamDefaults;
  readonly basePath: string;
  readonly hasToken: boolean;
  readonly cluster: Cluster;
  /** What this process itself says of its clients. */
  readonly responder: Responder;
  /** Whether only this machine can connect. */
  readonly onLoopback: boolean;
  /** Whether the server has stopped admitting clients. */
  readonly closing: () => boolean;
}

/** A call of the API. */
export interface ApiCall {
  readonly does: ApiName;
  /** What its path ends with. */
  readonly name: string | undefined;
  readonly query: URLSearchParams;
}

/** Answers API calls that the door has admitted. */
export class Api {
  readonly #sources: ApiSources;

  constructor(sources: ApiSources) {
    this.#sources = sources;
  }

  /** @param byAdmin whether the admin's token was brought */
  async answer({ does, name, query }: ApiCall, byAdmin: boolean): Promise<HttpAnswer | Refusal> {
    const { cluster, responder } = this.#sources;
    switch (does) {
      case 'health':
        return { status: 200, sentence: 'ok' };
      case 'readiness':
        return this.#readiness();
      case 'version':
        return jsonAnswer(versionOf());
      case 'streams':
        return jsonAnswer(offeredStreams(this.#sources.defaults));
      case 'clients':
        return this.#clients(query, byAdmin);
      case 'dismissal':
        return dismissClient(name, cluster, responder);
      case 'metrics':
        return answerMetrics(cluster, responder);
      case 'openapi':
        return jsonAnswer(openApiDocument(this.#sources));
    }
  }

  async #clients(query: URLSearchParams, byAdmin: boolean): Promise<HttpAnswer | Refusal> {
    const listed = listedBy(query);
    if (listed instanceof Refusal) return listed;
    const { cluster, responder, onLoopback } = this.#sources;
    const listing = await listAll(cluster, responder, listed.offset, listed.limit);
    return listingAnswer(listing, cluster.alone, onLoopback || byAdmin);
  }

  #readiness(): HttpAnswer | Refusal {
    if (!this.#sources.closing()) return { status: 200, sentence: 'ready' };
    return new Refusal({ status: 503, sentence: 'the server closes, and takes no more clients' });
  }
}
