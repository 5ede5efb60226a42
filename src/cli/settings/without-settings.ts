/** The environment for a `tidemark` that this one starts, without what sets options: they are meant for this one. */
export function withoutSettings(variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !name.startsWith('TIDEMARK_')));
}
