/** What options of the library are called on the command line, where that is not their name with `--` in front. */
const FLAGS: Readonly<Record<string, string>> = {
  accessToken: '--token-file, TIDEMARK_TOKEN or --token',
  allowOrigins: '--allow-origin',
  block: '--block-size',
  blocks: '--block-sizes',
  durationMs: '--duration',
  giveUpMs: '--give-up',
  heartbeatMs: '--ping',
  idleTimeoutMs: '--idle-timeout',
  ratePerSecond: '--rate',
  ratesPerSecond: '--rates',
  secretSeed: '--secret-seed-file',
  tls: '--tls-cert and --tls-key',
  url: 'URL',
};

/** What an option of the library is called on the command line: `basePath` is `--base-path`. */
export function flagOf(option: string): string {
  return FLAGS[option] ?? `--${option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
