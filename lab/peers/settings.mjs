/** The sizes of the rows that have one. A trial may take smaller ones; the table then says so. */
import { known, readWholeNumber } from '../kit/options.mjs';

const SETTINGS = {
  alternations: 5,
  messages: 100_000_000,
  stallSeconds: 60,
  idleClients: 5000,
  manyClients: 10_000,
  manySeconds: 60,
};

/** `over` is the checkout of another build. @typedef {typeof SETTINGS & { over?: string | undefined }} Settings */

const NAMES = /** @type {(keyof typeof SETTINGS)[]} */ (Object.keys(SETTINGS));

/** The settings with some of them changed. @param {readonly string[]} given each of the form `name=number` @param {string} [over] */
export function settingsFrom(given, over) {
  const settings = { ...SETTINGS, over };
  for (const each of given) {
    const [name = '', number = ''] = each.split('=');
    settings[known('setting', name, NAMES)] = readWholeNumber(`--set ${name}`, number);
  }
  return settings;
}

/** Those that differ from the ones that the targets are for. @param {Settings} settings */
export function changed(settings) {
  return NAMES.filter((name) => settings[name] !== SETTINGS[name]).map((name) => `${name}=${settings[name]}`);
}
