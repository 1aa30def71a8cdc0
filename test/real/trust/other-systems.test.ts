import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, it } from 'vitest';
import { issue } from '../../support/authority.js';
import { bin, runProgram } from '../../support/cli.js';
import { describeWith } from '../../support/needs.js';
import { nodeFolder } from '../../support/nodes.js';
import { reportOf, row, trustRoom, words } from '../../support/trust-room.js';
import { findProgram } from '../../../src/io/programs.js';

const { place, at, expectSameMachine } = trustRoom();

/** Only the name of the system: its store remains that of Linux, which SSL_CERT_FILE names. */
const asMac = `data:text/javascript,Object.defineProperty(process,'platform',{value:'darwin'})`;

/** Writes a program of this system, as a shell script. */
function program(name: string, script: string): void {
  mkdirSync(at('bin'), { recursive: true });
  writeFileSync(at('bin', name), `#!/bin/sh\n${script}\n`);
  chmodSync(at('bin', name), 0o755);
}

/** A run of a Node.js that takes this system for macOS. */
async function runAsMac(major: number, flags: string[] = []) {
  const command = [join(nodeFolder(major), 'node'), '--import', asMac, bin, ...words, '--json'];
  const { code, stdout } = await runProgram([...command, ...flags], {
    cwd: at(),
    env: {
      ...place.sandbox.env,
      PATH: [at('bin'), place.sandbox.env['PATH']].join(delimiter),
      SSL_CERT_FILE: at('list.pem'),
      TRUST_STORES: undefined,
    },
  });
  return { code, report: reportOf(stdout) };
}

describeWith(['mkcert'], 'a store that Node.js reads once', () => {
  it.each([22, 24, 26])('is read again after an installation: Node %i', async (major) => {
    issue(place.sandbox);
    cpSync('/etc/ssl/certs/ca-certificates.crt', at('list.pem'));
    const add = 'cat "$CAROOT/rootCA.pem" >>"$SSL_CERT_FILE"';
    program('mkcert', `[ "$1" = -install ] && ${add} || exec ${findProgram('mkcert')} "$@"`);
    const before = await runAsMac(major);
    expect(row(before.report, 'system')).toMatchObject({
      state: 'not-trusted',
      fix: ['mkcert -install'],
    });
    const { code, report } = await runAsMac(major, ['--mkcert-install']);
    expect(code).toBe(0);
    expect(row(report, 'system').state).toBe('trusted');
  });

  it.each([
    ['exit 0', 'trusted'],
    ['exit 1', 'not-trusted'],
  ])("is checked by the system's program before Node 22.15: %s", async (script, state) => {
    issue(place.sandbox);
    program('security', `[ "$1" = verify-cert ] && ${script}`);
    const { report } = await runAsMac(20);
    expect(row(report, 'system').state).toBe(state);
  });
});

expectSameMachine();
