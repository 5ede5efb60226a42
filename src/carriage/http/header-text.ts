/** A header has visible ASCII and spaces: all else is written as `\u` and four hex digits of a UTF-16 unit, as JSON may write it. */
export function headerText(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** What was written so. */
export function textOfHeader(header: string): string {
  return header.replace(/\\u([\da-f]{4})/gi, (_, unit: string) =>
    String.fromCharCode(Number.parseInt(unit, 16)),
  );
}
