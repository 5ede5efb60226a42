/** A key as Node's `keypress` tells it. */
export interface Key {
  /** What it would type. */
  readonly text: string | undefined;
  readonly name: string | undefined;
  readonly ctrl: boolean;
}

/** What the user has chosen to see. */
export interface Controls {
  readonly filter: string;
  /** Whether the filter is being typed. */
  readonly typing: boolean;
  /** The column by which is sorted; undefined is the order in which clients came. */
  readonly column: string | undefined;
  readonly reversed: boolean;
  /** How many clients are scrolled past. */
  readonly offset: number;
  readonly paused: boolean;
  readonly help: boolean;
}

export const FIRST_CONTROLS: Controls = {
  ...{ filter: '', typing: false, column: undefined, reversed: false },
  ...{ offset: 0, paused: false, help: false },
};

/** What is on the screen, as far as keys depend on it. */
export interface OnScreen {
  /** The columns that there is room for. */
  readonly columns: readonly string[];
  /** Clients on a page, and in all. */
  readonly page: number;
  readonly rows: number;
}

/** What a key asks for besides another view. */
export type Wish = 'quit' | 'interrupt' | 'suspend' | 'redraw';

const LONGEST_FILTER = 100;

/** The controls after a key, or what it asks for. */
export function withKey(controls: Controls, key: Key, screen: OnScreen): Controls | Wish {
  if (key.ctrl) return withControlKey(key) ?? controls;
  if (controls.help) return { ...controls, help: false };
  return controls.typing ? typed(controls, key) : commanded(controls, key, screen);
}

function withControlKey({ name }: Key): Wish | undefined {
  const wishes: Readonly<Record<string, Wish>> = { c: 'interrupt', z: 'suspend', l: 'redraw' };
  return wishes[name ?? ''];
}

function typed(controls: Controls, { name, text = '' }: Key): Controls {
  const { filter } = controls;
  switch (name) {
    case 'escape':
      return { ...controls, filter: '', typing: false, offset: 0 };
    case 'return':
    case 'enter':
      return { ...controls, typing: false };
    case 'backspace':
      return { ...controls, filter: [...filter].slice(0, -1).join(''), offset: 0 };
  }
  const isText = text !== '' && !/[\u0000-\u001f\u007f-\u009f]/.test(text);
  if (!isText || filter.length + text.length > LONGEST_FILTER) return controls;
  return { ...controls, filter: filter + text, offset: 0 };
}

function commanded(controls: Controls, { name, text }: Key, screen: OnScreen): Controls | Wish {
  const { offset, paused, reversed } = controls;
  const { page, rows } = screen;
  const scrolled = (to: number) => ({ ...controls, offset: Math.max(0, Math.min(to, rows - page)) });
  switch (text) {
    case '/':
      return { ...controls, typing: true };
    case '?':
      return { ...controls, help: true };
    case '<':
      return withColumn(controls, screen, -1);
    case '>':
      return withColumn(controls, screen, 1);
  }
  switch (name) {
    case 'q':
      return 'quit';
    case 'p':
    case 'space':
      return { ...controls, paused: !paused };
    case 's':
    case 'right':
      return withColumn(controls, screen, 1);
    case 'left':
      return withColumn(controls, screen, -1);
    case 'r':
      return { ...controls, reversed: !reversed, offset: 0 };
    case 'escape':
      return { ...controls, filter: '', offset: 0 };
    case 'up':
    case 'k':
      return scrolled(offset - 1);
    case 'down':
    case 'j':
      return scrolled(offset + 1);
    case 'pageup':
      return scrolled(offset - page);
    case 'pagedown':
      return scrolled(offset + page);
    case 'home':
      return scrolled(0);
    case 'end':
      return scrolled(rows);
    case 'h':
      return { ...controls, help: true };
  }
  return controls;
}

/** Sorts by the next column that is shown; behind the last, and before the first, is the order in which clients came. */
function withColumn(controls: Controls, { columns }: OnScreen, step: 1 | -1): Controls {
  const choices = [undefined, ...columns];
  const at = Math.max(0, choices.indexOf(controls.column));
  const column = choices[(at + step + choices.length) % choices.length];
  return { ...controls, column, reversed: false, offset: 0 };
}
