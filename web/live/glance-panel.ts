import { durationText, grouped, plural, rateText } from '../../src/wording/figures.ts';
import { element } from '../element/element.ts';
import { NONE } from '../element/number-text.ts';
import { setText } from '../element/set-text.ts';
import type { Steps } from './frame/frame-queue.ts';
import { lastSeen } from './last-seen.ts';
import { type Glance, glanceAt } from './state/glance.ts';
import type { Panel, View } from './view.ts';

interface Figure {
  readonly label: string;
  readonly value: (glance: Glance) => string;
  readonly note: (glance: Glance) => string;
  readonly isBad?: (glance: Glance) => boolean;
}

const FIGURES: readonly Figure[] = [
  {
    label: 'Messages a second',
    value: ({ messagesPerSecond }) => (messagesPerSecond === null ? NONE : rateText(messagesPerSecond)),
    note: ({ streams }) => (streams === 0 ? 'no stream is served' : `on ${plural(streams, 'stream')}`),
  },
  {
    label: 'Clients',
    value: ({ clients }) => (clients === null ? NONE : grouped(clients)),
    note: () => 'connected now',
  },
  {
    label: 'Blocks verified',
    value: ({ receipts }) => (receipts === null ? NONE : grouped(receipts.verified)),
    note: ({ receipts }) => {
      if (receipts === null) return '';
      const { mismatched } = receipts;
      return `${mismatched > 0 ? `✕ ${grouped(mismatched)} wrong` : 'none wrong'}, since the server began`;
    },
    isBad: ({ receipts }) => receipts !== null && receipts.mismatched > 0,
  },
  {
    label: 'Block time, median',
    value: ({ block }) => (block === null ? NONE : durationText(block.median)),
    note: blockNote,
  },
  {
    label: 'Block time, p99',
    value: ({ block }) => (block === null ? NONE : durationText(block.p99)),
    note: blockNote,
  },
];

function blockNote({ block, streams }: Glance): string {
  if (block === null) return 'no block has ended lately';
  return streams > 1 ? `of the stream with most blocks, ${block.stream}` : 'first to last message';
}

/** The figures that are read from across the room. */
export function glancePanel(): Panel {
  const places = FIGURES.map((figure) => {
    const value = element('dd', { class: 'figure' }, NONE);
    const note = element('dd', { class: 'note' });
    const whole = element('div', {}, element('dt', {}, figure.label), value, note);
    return { figure, value, note, whole };
  });
  const list = element('dl', { class: 'glance' }, ...places.map(({ whole }) => whole));
  function* update(view: View): Steps {
    const glance = glanceAt(view.state);
    const seen = lastSeen(view);
    list.classList.toggle('stale', seen !== null);
    for (const { figure, value, note } of places) {
      setText(value, figure.value(glance));
      setText(note, seen ?? figure.note(glance));
      note.title = note.textContent ?? '';
      note.classList.toggle('bad', seen === null && (figure.isBad?.(glance) ?? false));
    }
    yield;
  }
  return { element: list, update };
}
