/** Changes what an element says, if it says something else: even the same text would cost a layout. */
export function setText(place: HTMLElement, text: string): void {
  if (place.textContent !== text) place.textContent = text;
}
