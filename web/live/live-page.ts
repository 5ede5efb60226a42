import type { OfferedStreams } from '../../src/server/api/streams.ts';
import { element } from '../element/element.ts';
import { setText } from '../element/set-text.ts';
import { ask } from './ask-dialog.ts';
import { CataloguePanel } from './catalogue/catalogue-panel.ts';
import { chartsPanel } from './chart/charts-panel.ts';
import { feedPanel } from './feed/feed-panel.ts';
import { FrameQueue } from './frame/frame-queue.ts';
import { glancePanel } from './glance-panel.ts';
import type { ServerCalls } from './link/server-calls.ts';
import { Watch } from './link/watch.ts';
import { PartPanel } from './part/part-panel.ts';
import { leftPanel } from './roster/left-panel.ts';
import { RosterPanel } from './roster/roster-panel.ts';
import { download, reportFile } from './save-report.ts';
import { foldLine, type LiveState, NOTHING_KNOWN } from './state/live-state.ts';
import type { ServerLink } from './state/server-link.ts';
import { StatusPanel } from './status-panel.ts';
import type { Panel, View } from './view.ts';

/** While nothing comes, time goes on. */
const TICK_MS = 1000;
/** For how long is shown what became of something that was asked for. */
const TOLD_MS = 8000;

type PanelName = 'glance' | 'charts' | 'roster' | 'left' | 'feed';
/** The most telling ones first. */
const DRAWN: readonly PanelName[] = ['glance', 'feed', 'charts', 'left', 'roster'];
const PEOPLE: readonly PanelName[] = ['roster', 'left', 'feed'];

/** Holds what is known, and what of it is shown: with a pause these are two things. */
export class LivePage {
  readonly element: HTMLElement;
  readonly #calls: ServerCalls;
  readonly #watch: Watch;
  readonly #queue: FrameQueue = new FrameQueue();
  readonly #status: StatusPanel;
  readonly #roster: RosterPanel;
  readonly #panels: Readonly<Record<PanelName, Panel>>;
  readonly #catalogue: CataloguePanel;
  readonly #part: PartPanel;
  readonly #told: HTMLElement = element('p', { class: 'told', role: 'status' });
  #state: LiveState = NOTHING_KNOWN;
  #link: ServerLink = { is: 'connecting' };
  /** What was shown when it was frozen. */
  #pause: View | undefined;
  #toldTimer: number | undefined;
  #asks = false;

  constructor(calls: ServerCalls) {
    this.#calls = calls;
    this.#status = new StatusPanel({
      pause: (paused) => this.#setPause(paused),
      save: () => this.#save(),
      unlock: () => void this.#unlock(),
    });
    this.#roster = new RosterPanel(
      (name) => void this.#dismiss(name),
      () => this.#draw('roster'),
    );
    this.#panels = {
      glance: glancePanel(),
      feed: feedPanel(),
      charts: chartsPanel({ redraw: () => this.#draw('charts') }),
      left: leftPanel(),
      roster: this.#roster,
    };
    this.#catalogue = new CataloguePanel(calls, (sentence) => this.#tell(sentence));
    this.#part = new PartPanel(calls, () => this.#queue.put('part', this.#part.update()));
    this.element = element(
      'div',
      { class: 'page' },
      this.#status.element,
      element(
        'main',
        {},
        this.#panels.glance.element,
        this.#panels.charts.element,
        element('div', { class: 'people' }, ...PEOPLE.map((name) => this.#panels[name].element)),
        element('div', { class: 'offer' }, this.#catalogue.element, this.#part.element),
      ),
      this.#told,
    );
    this.#watch = new Watch(calls, {
      line: (line) => {
        this.#state = foldLine(this.#state, line);
        this.#drawAll();
      },
      link: (link) => {
        this.#link = link;
        if (link.is === 'live') void this.#offer();
        if (link.is === 'refused') void this.#unlock();
        this.#drawAll();
      },
    });
    setInterval(() => {
      if (this.#link.is === 'gone') this.#drawAll();
    }, TICK_MS);
    this.#watch.connect();
  }

  /** What is shown. */
  get #view(): View {
    return this.#pause ?? { state: this.#state, link: this.#link, nowMs: Date.now() };
  }

  #drawAll(): void {
    const pause = this.#pause;
    const state = { ...this.#view.state, server: this.#state.server };
    this.#status.update(
      { state, link: this.#link, nowMs: Date.now() },
      pause === undefined
        ? null
        : { sinceMs: pause.nowMs, lines: this.#state.said.total - pause.state.said.total },
    );
    if (pause !== undefined) return;
    for (const name of DRAWN) this.#draw(name);
  }

  #draw(name: PanelName): void {
    this.#queue.put(name, this.#panels[name].update(this.#view));
  }

  #setPause(paused: boolean): void {
    this.#pause = paused ? this.#view : undefined;
    this.#drawAll();
  }

  /** Asks what there is, as often as the server may be another one. */
  async #offer(): Promise<void> {
    const response = await this.#calls.get('streams').catch(() => undefined);
    if (response?.ok !== true) return;
    const offered = (await response.json()) as OfferedStreams;
    this.#catalogue.show(offered);
    this.#part.offer(offered);
  }

  #save(): void {
    this.#queue.finish();
    const takenMs = this.#view.nowMs;
    const moment = new Date(takenMs).toISOString().slice(0, 19).replaceAll(':', '-');
    download(reportFile(this.element, takenMs), `tidemark-${moment}Z.html`);
  }

  async #unlock(): Promise<void> {
    if (this.#asks) return;
    this.#asks = true;
    const refusal = this.#link.is === 'refused' ? `The server says: ${this.#link.sentence}.` : '';
    const said = this.#calls.accessToken === undefined ? 'This server wants an access token.' : refusal;
    const token = await ask({
      title: 'Access token',
      text: `${said} The token is kept in the memory of this tab, and nowhere else.`,
      confirm: 'Connect',
      secret: 'Token',
    });
    this.#asks = false;
    if (token === undefined || token === '') return;
    this.#calls.accessToken = token;
    this.#watch.connect();
  }

  /** Asks the user, and then the client, to leave; for the admin's token only if there is need of one. */
  async #dismiss(client: string): Promise<void> {
    const title = `Ask ${client} to leave?`;
    const text = 'Its connection is closed, and it does not come back by itself.';
    await ask({
      ...{ title, text, confirm: 'Ask to leave', secret: 'The admin’s token' },
      isKnown: this.#calls.adminToken !== undefined,
      home: this.#roster.filter,
      attempt: async (token) => {
        this.#calls.adminToken ??= token;
        const refusal = await this.#calls.dismiss(client);
        if (refusal === undefined) {
          this.#tell(`${client} was asked to leave.`);
          return undefined;
        }
        const { status, sentence } = refusal;
        const isOfSecret = status === 401 || status === 403;
        if (isOfSecret) this.#calls.adminToken = undefined;
        return { sentence: `${client} stays: ${sentence}.`, isOfSecret };
      },
    });
  }

  #tell(sentence: string): void {
    setText(this.#told, sentence);
    clearTimeout(this.#toldTimer);
    this.#toldTimer = window.setTimeout(() => setText(this.#told, ''), TOLD_MS);
  }
}
