import { element } from '../element/element.ts';
import { setText } from '../element/set-text.ts';

export interface DialogText {
  readonly title: string;
  readonly text: string;
  /** What the button says that goes on. */
  readonly confirm: string;
  /** What a secret is called that is to be entered. */
  readonly secret: string;
  /** Whether the secret is known, and asked for only if it is refused. @default false */
  readonly isKnown?: boolean;
  /** Does what is asked for. @returns a refusal, with which the dialog stays open */
  readonly attempt?: (secret: string) => Promise<FailedAttempt | undefined>;
  /** Gets the focus afterwards if what had it before is gone. */
  readonly home?: HTMLElement;
}

interface FailedAttempt {
  readonly sentence: string;
  /** Whether another secret may help. */
  readonly isOfSecret: boolean;
}

/** Asks in a dialog. @returns the secret, or '' where it is known; undefined if the answer is no */
export function ask(question: DialogText): Promise<string | undefined> {
  const { title, text, confirm, secret, isKnown = false, attempt, home } = question;
  const input = element('input', {
    ...{ type: 'password', id: 'secret', autocomplete: 'off', spellcheck: 'false' },
  });
  const label = element('label', { for: 'secret' }, secret);
  const askSecret = (isAsked: boolean) => {
    label.hidden = !isAsked;
    input.hidden = !isAsked;
    input.required = isAsked;
  };
  askSecret(!isKnown);
  const refused = element('p', { class: 'bad', role: 'alert' });
  const go = element('button', { type: 'submit', class: 'main' }, confirm);
  const cancel = element('button', { type: 'button' }, 'Cancel');
  const form = element(
    'form',
    { method: 'dialog' },
    element('h2', { id: 'question' }, title),
    element('p', {}, text),
    label,
    input,
    refused,
    element('div', { class: 'actions' }, cancel, go),
  );
  const dialog = element('dialog', { 'aria-labelledby': 'question' }, form);
  document.body.append(dialog);
  let isBusy = false;
  return new Promise((resolve) => {
    const close = (answer: string | undefined) => {
      // The browser gives the focus back, unless what had it is gone.
      dialog.close();
      dialog.remove();
      if (document.activeElement === document.body) home?.focus();
      resolve(answer);
    };
    cancel.addEventListener('click', () => close(undefined));
    dialog.addEventListener('cancel', () => close(undefined));
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      if (isBusy) return;
      const answer = input.value.trim();
      isBusy = true;
      setText(refused, '');
      const refusal = await attempt?.(answer);
      isBusy = false;
      if (!dialog.open) return;
      if (refusal === undefined) return close(answer);
      setText(refused, refusal.sentence);
      if (!refusal.isOfSecret) return;
      askSecret(true);
      input.select();
    });
    dialog.showModal();
  });
}
