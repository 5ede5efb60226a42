const LOOK_MS = 200;

/**
 * npm runs a script through a shell, which dies of the SIGTERM that npm was sent without passing it on. So what npm
 * started has to check whether that shell is still there.
 */
export function whenNpmShellHasGone(act: () => void): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const shell = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(look);
    setTimeout(act, LOOK_MS); // a signal that all of them got has been handled by then
  }, LOOK_MS);
  look.unref();
}
