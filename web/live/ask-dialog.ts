import { element } from '../element/element.ts';

export interface Question {
  readonly title: string;
  readonly text: string;
  /** What the button says that goes on. */
  readonly confirm: string;
  /** A secret to be entered; none if it is left out. */
  readonly secret?: string;
}

/** Asks in a dialog. @returns the secret, or '' where none was asked for; undefined if the answer is no */
export function ask({ title, text, confirm, secret }: Question): Promise<string | undefined> {
  const input = element('input', {
    ...{ type: 'password', id: 'secret', autocomplete: 'off', spellcheck: 'false', required: true },
  });
  const cancel = element('button', { type: 'button' }, 'Cancel');
  const form = element(
    'form',
    { method: 'dialog' },
    element('h2', { id: 'question' }, title),
    element('p', {}, text),
    ...(secret === undefined ? [] : [element('label', { for: 'secret' }, secret), input]),
    element(
      'div',
      { class: 'actions' },
      cancel,
      element('button', { type: 'submit', class: 'main' }, confirm),
    ),
  );
  const dialog = element('dialog', { 'aria-labelledby': 'question' }, form);
  document.body.append(dialog);
  return new Promise((resolve) => {
    const close = (answer: string | undefined) => {
      dialog.remove();
      resolve(answer);
    };
    cancel.addEventListener('click', () => close(undefined));
    dialog.addEventListener('cancel', () => close(undefined));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      close(secret === undefined ? '' : input.value.trim());
    });
    dialog.showModal();
  });
}
