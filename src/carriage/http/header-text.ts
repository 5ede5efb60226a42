/** Encodes a text for a header, which holds only visible ASCII and spaces: other UTF-16 units become `\uXXXX`, as in JSON. */
export function headerText(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Decodes what `headerText` encoded. */
export function textOfHeader(header: string): string {
  return header.replace(/\\u([\da-f]{4})/gi, (_, unit: string) =>
    String.fromCharCode(Number.parseInt(unit, 16)),
  );
}
