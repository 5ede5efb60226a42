/** The buttons of all rows are one stop of the Tab key; within them the arrow keys, Home and End go up and down. */
export class RowFocus {
  readonly #body: HTMLElement;
  #stop: HTMLElement | null = null;

  constructor(body: HTMLElement) {
    this.#body = body;
    body.addEventListener('focusin', ({ target }) => this.#stopAt((target as Element).closest('button')));
    body.addEventListener('keydown', (event) => {
      const row = (event.target as Element).closest('tr');
      const button = this.#rowFor(event.key, row)?.querySelector('button');
      if (button === undefined) return;
      event.preventDefault();
      button?.focus();
    });
  }

  /** To be called when there are other rows. */
  settle(): void {
    if (this.#stop === null || !this.#body.contains(this.#stop))
      this.#stopAt(this.#body.querySelector('button'));
  }

  #stopAt(button: HTMLElement | null): void {
    if (button === this.#stop) return;
    this.#stop?.setAttribute('tabindex', '-1');
    this.#stop = button;
    button?.setAttribute('tabindex', '0');
  }

  #rowFor(key: string, row: Element | null): Element | null | undefined {
    switch (key) {
      case 'ArrowUp':
        return row?.previousElementSibling;
      case 'ArrowDown':
        return row?.nextElementSibling;
      case 'Home':
        return this.#body.firstElementChild;
      case 'End':
        return this.#body.lastElementChild;
      default:
        return undefined;
    }
  }
}
