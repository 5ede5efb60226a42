import { svgElement } from '../element/element.ts';

/** Makes what Plot has drawn an image with a name. */
export function drawnChart(drawn: Element, name: string): Element {
  // What Plot would style here is in plot.css: a page's policy lets no other style in.
  for (const style of drawn.querySelectorAll('style')) style.remove();
  // An image is one thing: what Plot calls its parts is not said aloud.
  for (const part of drawn.children) part.setAttribute('aria-hidden', 'true');
  drawn.setAttribute('role', 'img');
  drawn.setAttribute('aria-label', name);
  drawn.prepend(svgElement('title', {}, name));
  return drawn;
}
