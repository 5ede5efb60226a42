import { element } from './element.ts';

/** So many characters at the end stay in sight. */
const TAIL = 10;

/** Puts down text that is cut in its middle where it has no room: names of streams begin alike, and differ at their ends. */
export function setCutInside(place: HTMLElement, text: string): void {
  if (place.textContent === text) return;
  place.classList.add('cut-inside');
  place.replaceChildren(...partsOf(text).map((part) => element('span', {}, part)));
}

/** The beginning, which may be cut, and the end, which may not; one part if it is short. */
export function partsOf(text: string): readonly string[] {
  const characters = [...text];
  return characters.length < TAIL * 1.5
    ? [text]
    : [characters.slice(0, -TAIL).join(''), characters.slice(-TAIL).join('')];
}
