/**
 * The page as it is shown, as one HTML file: styles and drawings are within it, and no script. What only works with the server is
 * left out.
 */
export function reportFile(page: HTMLElement, takenMs: number): Blob {
  const copy = page.cloneNode(true) as HTMLElement;
  for (const part of copy.querySelectorAll('[data-live], [hidden], .told, .standing .counted, dialog'))
    part.remove();
  // A heading by which a table is sorted is text of the page; what other buttons say is of no use here.
  for (const button of copy.querySelectorAll('th button')) button.replaceWith(...button.childNodes);
  for (const button of copy.querySelectorAll('button')) button.remove();
  for (const part of copy.querySelectorAll('[role="status"]')) part.removeAttribute('role');
  const moment = new Date(takenMs).toISOString();
  const status = copy.querySelector('.status');
  status?.classList.remove('live');
  status?.replaceChildren(`As it was at ${moment}`);
  const style = document.createElement('style');
  style.textContent = `${styleText()}\n${STILL}`;
  const title = document.createElement('title');
  title.textContent = `Tidemark, ${moment}`;
  const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
  const head = [
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    title.outerHTML,
    style.outerHTML,
  ];
  const text = `<!doctype html>\n<html lang="en">\n<head>\n${head.join('\n')}\n</head>\n<body>\n${copy.outerHTML}\n</body>\n</html>\n`;
  return new Blob([text], { type: 'text/html' });
}

/** Nothing changes any more, so all is laid out, to its full height; and on paper nothing scrolls. */
const STILL = `
.roster tbody tr { content-visibility: visible; }
.roster, .left-table, .feed, .own-blocks { max-height: none; }
.said .feed { position: static; }
@media print { .roster, .left-table, .feed, .own-blocks { overflow: visible; } }
`;

function styleText(): string {
  return [...document.styleSheets]
    .flatMap((sheet) => [...sheet.cssRules].map((rule) => rule.cssText))
    .join('\n');
}

/** Hands a file to the browser to keep. */
export function download(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser reads it after this turn.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
