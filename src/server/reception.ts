import type { ResponseForm } from '../carriage/http/response-form.ts';
import { systemHost } from '../host/host.ts';
import type { Api } from './api/api.ts';
import type { Counts } from './clients/counts.ts';
import type { Occupants } from './clients/occupants.ts';
import type { Cluster } from './cluster/cluster.ts';
import type { LiveFeed } from './cluster/live-feed.ts';
import { type EchoAdmission, tryLater } from './door/admission.ts';
import { understand } from './door/asked.ts';
import type { Door } from './door/door.ts';
import type { BasePath } from './options/base-path.ts';
import type { ServerEvent } from './options/server-event.ts';
import { pageFile } from './page-file.ts';
import type { HttpAnswer } from './request/http-answer.ts';
import type { Passage } from './request/passage.ts';
import { Refusal } from './request/refusal.ts';
import type { Visit } from './request/visit.ts';
import { Echo } from './serving/echo.ts';
import { Newcomer } from './serving/newcomer.ts';
import { passPost, receivePost } from './serving/receipt-post.ts';
import type { Streams } from './serving/streams.ts';

/** The parts that a reception connects. */
export interface ReceptionOptions {
  readonly basePath: BasePath;
  readonly door: Door;
  readonly api: Api;
  readonly counts: Counts;
  readonly streams: Streams;
  readonly liveFeed: LiveFeed;
  readonly cluster: Cluster;
  readonly occupants: Occupants;
  readonly heartbeatMs: number;
  readonly tell: (event: ServerEvent) => void;
}

/** The one path of every request: what it asks for, whether it is admitted, and what then runs on its connection. */
export class Reception {
  readonly #options: ReceptionOptions;

  constructor(options: ReceptionOptions) {
    this.#options = options;
  }

  receive(visit: Visit): void {
    const { door, basePath, api, streams, counts, tell } = this.#options;
    const { request } = visit;
    const page = door.readableBy(request);
    if (page !== undefined) visit.readableBy(page);
    const asked = understand(request, basePath);
    const outcome = door.admit(request, asked);
    switch (outcome.kind) {
      case 'stream':
        return visit.accept(outcome.form, (passage) => streams.accept(outcome, passage));
      case 'echo':
        return visit.accept(undefined, (passage) => this.#echo(outcome, passage));
      case 'live':
        return this.#watch(visit, outcome);
      case 'page':
        return this.#answer(visit, pageFile(outcome));
      case 'receipts':
        return receivePost(visit, outcome.session, counts);
      case 'receipts elsewhere':
        return this.#passPost(visit, outcome);
      case 'api':
        void api.answer(outcome.call, outcome.byAdmin).then((answer) => this.#answer(visit, answer));
        return;
      case 'answer':
        return visit.answer(outcome.answer);
      case 'refusal':
        counts.refused(outcome.status);
        // Other requests, such as a browser's for an icon, are not worth an event.
        return visit.refuse(outcome, request.upgrade || asked.kind === 'stream' ? tell : () => {});
    }
  }

  #passPost(visit: Visit, { session, member }: { session: string; member: string }): void {
    const { cluster, counts } = this.#options;
    passPost(visit, counts, (posted) => cluster.askOne(member, { ask: 'post', session, posted }));
  }

  #answer(visit: Visit, answer: HttpAnswer | Refusal): void {
    if (!(answer instanceof Refusal)) return visit.answer(answer);
    this.#options.counts.refused(answer.status);
    visit.refuse(answer, () => {});
  }

  #watch(visit: Visit, { form, byAdmin }: { form: ResponseForm; byAdmin: boolean }): void {
    const { liveFeed, occupants, heartbeatMs } = this.#options;
    if (liveFeed.isFull) return this.#answer(visit, tryLater('as many watch this server as may'));
    visit.accept(form, (passage) => {
      const admission = { release: () => {} };
      passage.begin({ keepAliveMs: heartbeatMs });
      const watcher = liveFeed.watch(passage.connection, byAdmin, () => occupants.leave(admission));
      occupants.enter(admission, watcher);
      return watcher;
    });
  }

  #echo(admission: EchoAdmission, passage: Passage): Newcomer {
    const { heartbeatMs, occupants } = this.#options;
    const newcomer = new Newcomer(passage, systemHost, heartbeatMs, () => occupants.leave(admission));
    occupants.enter(admission, newcomer);
    void this.#settle(admission, newcomer, passage);
    return newcomer;
  }

  async #settle(admission: EchoAdmission, newcomer: Newcomer, passage: Passage): Promise<void> {
    const { heartbeatMs, occupants, counts, tell } = this.#options;
    const refusal = await admission.claim();
    if (newcomer.gone) return;
    if (refusal !== undefined) {
      counts.refused(refusal.status);
      occupants.leave(admission);
      return newcomer.become(passage.refuse(refusal, tell));
    }
    const { connection } = passage;
    const echo = new Echo(connection, systemHost, heartbeatMs, () => occupants.leave(admission));
    occupants.enter(admission, echo);
    connection.setReading(true); // what came early had stopped it
    newcomer.become(echo);
  }
}
