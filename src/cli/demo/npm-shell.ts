const LOOK_MS = 200;

/**
 * npm runs a script by a shell, which dies of the SIGTERM that npm was sent, and passes it on to nobody. So what npm started
 * looks whether that shell is still there.
 */
export function whenNpmShellHasGone(act: () => void): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const shell = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(look);
    act();
  }, LOOK_MS);
  look.unref();
}
