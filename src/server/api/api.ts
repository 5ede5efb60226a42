import { type HttpAnswer, jsonAnswer } from '../request/http-answer.ts';
import { Refusal } from '../request/refusal.ts';
import { openApiDocument } from './openapi.ts';
import type { ApiCall } from './routes.ts';
import { offeredStreams, type StreamDefaults } from './streams.ts';
import { versionOf } from './version.ts';

/** What the API reports on. */
export interface ApiSources {
  readonly defaults: StreamDefaults;
  readonly basePath: string;
  readonly hasToken: boolean;
  /** Whether the server has stopped admitting clients. */
  readonly closing: () => boolean;
}

/** Answers API calls that the door has admitted. */
export class Api {
  readonly #sources: ApiSources;

  constructor(sources: ApiSources) {
    this.#sources = sources;
  }

  answer(call: ApiCall): HttpAnswer | Refusal {
    switch (call) {
      case 'health':
        return { status: 200, sentence: 'ok' };
      case 'readiness':
        return this.#readiness();
      case 'version':
        return jsonAnswer(versionOf());
      case 'streams':
        return jsonAnswer(offeredStreams(this.#sources.defaults));
      case 'openapi':
        return jsonAnswer(openApiDocument(this.#sources));
    }
  }

  #readiness(): HttpAnswer | Refusal {
    if (!this.#sources.closing()) return { status: 200, sentence: 'ready' };
    return new Refusal({ status: 503, sentence: 'the server closes, and takes no more clients' });
  }
}
