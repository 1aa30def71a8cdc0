// The variables that Node and a shell need, also on Windows.
const needed =
  /^(PATH|PATHEXT|HOME|HOMEDRIVE|HOMEPATH|USERPROFILE|(LOCAL)?APPDATA|TE?MP|TMPDIR|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|LD_LIBRARY_PATH|TERM|COLORTERM|NO_COLOR|FORCE_COLOR|NODE_TEST_\w+|NODE_V8_COVERAGE)$/i;

/** Hides the caller's settings and Node options from the tests and the service. */
export function hideEnvironment(): void {
  for (const name of Object.keys(process.env)) {
    if (!needed.test(name)) delete process.env[name];
  }
  // {{#if metrics}}
  // Services that run at the same time need different ports.
  process.env['METRICS_PORT'] = '0';
  // {{/if}}
}
