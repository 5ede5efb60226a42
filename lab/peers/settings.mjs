/** The sizes of the rows that have one. A trial may take smaller ones; the table then says so. */
export const SETTINGS = {
  alternations: 5,
  messages: 100_000_000,
  stallSeconds: 60,
  idleClients: 5000,
  manyClients: 10_000,
  manySeconds: 60,
};

/** @param given texts of the form `name=number`, or several of them with commas */
export function settingsFrom(given) {
  const settings = { ...SETTINGS };
  for (const each of given.flatMap((text) => text.split(','))) {
    const [name, text] = each.split('=');
    const value = Number(text);
    if (!Object.hasOwn(SETTINGS, name))
      throw new Error(`no setting ${name}: there are ${Object.keys(SETTINGS).join(', ')}`);
    if (!Number.isSafeInteger(value) || value < 1)
      throw new Error(`${name} must be a whole number from 1 on`);
    settings[name] = value;
  }
  return settings;
}

/** Those that differ from the ones that the targets are for. */
export function changed(settings) {
  return Object.entries(settings).filter(([name, value]) => SETTINGS[name] !== value);
}
