// What Node and a shell need, on Windows too.
const needed =
  /^(PATH|PATHEXT|HOME|HOMEDRIVE|HOMEPATH|USERPROFILE|(LOCAL)?APPDATA|TE?MP|TMPDIR|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|LD_LIBRARY_PATH|TERM|COLORTERM|NO_COLOR|FORCE_COLOR|NODE_TEST_\w+|NODE_V8_COVERAGE)$/i;

/** Hides the caller's environment from the tests and the service: its settings, and Node's options. */
export function hideEnvironment(): void {
  for (const name of Object.keys(process.env)) {
    if (!needed.test(name)) delete process.env[name];
  }
}
