import type { Occupants } from '../clients/occupants.ts';
import type { Departures } from '../clients/presence.ts';
import { type HttpAnswer, jsonAnswer } from '../request/http-answer.ts';
import { Refusal } from '../request/refusal.ts';
import { listClients } from './clients.ts';
import { dismissClient } from './dismissal.ts';
import { answerMetrics, type Measured } from './metrics.ts';
import { openApiDocument } from './openapi.ts';
import type { ApiName } from './routes.ts';
import { offeredStreams, type StreamDefaults } from './streams.ts';
import { versionOf } from './version.ts';

/** What the API reports on. */
export interface ApiSources {
  readonly defaults: StreamDefaults;
  readonly basePath: string;
  readonly hasToken: boolean;
  readonly measured: () => Measured;
  readonly occupants: Occupants;
  readonly departures: Departures;
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
  answer(call: ApiCall, byAdmin: boolean, answered: (answer: HttpAnswer | Refusal) => void): void {
    if (call.does === 'metrics') answerMetrics(this.#sources.measured, answered);
    else answered(this.#answerOf(call.does, call, byAdmin));
  }

  #answerOf(
    does: Exclude<ApiName, 'metrics'>,
    { name, query }: ApiCall,
    byAdmin: boolean,
  ): HttpAnswer | Refusal {
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
        return dismissClient(name, this.#sources.occupants.clients());
      case 'openapi':
        return jsonAnswer(openApiDocument(this.#sources));
    }
  }

  #clients(query: URLSearchParams, byAdmin: boolean): HttpAnswer | Refusal {
    const { occupants, departures, onLoopback } = this.#sources;
    const withAddresses = onLoopback || byAdmin;
    return listClients(query, { all: occupants.clients(), departures, withAddresses });
  }

  #readiness(): HttpAnswer | Refusal {
    if (!this.#sources.closing()) return { status: 200, sentence: 'ready' };
    return new Refusal({ status: 503, sentence: 'the server closes, and takes no more clients' });
  }
}
