/** Flags of library options that are not simply the option's name after `--`. */
const FLAGS: Readonly<Record<string, string>> = {
  accessToken: '--token-file, TIDEMARK_TOKEN or --token',
  adminToken: '--admin-token-file, TIDEMARK_ADMIN_TOKEN or --admin-token',
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

/** The flag of a library option: `basePath` is `--base-path`. */
export function flagOf(option: string): string {
  return FLAGS[option] ?? flagOfAttribute(option);
}

/** The flag of an option as a command has it: `maxClients` is `--max-clients`. */
export function flagOfAttribute(attribute: string): string {
  return `--${attribute.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
