import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { root } from '../../support/cli.js';
import { describeWith } from '../../support/needs.js';
import { create, type Project } from '../../support/project.js';
import { start } from '../../support/running.js';
import { sandbox } from '../../support/sandbox.js';
import { audit, type Finding } from '../../support/testssl.js';

const everything = [
  '--protocols',
  '--std',
  '--pfs',
  '--server-preference',
  '--server-defaults',
  '--vulnerable',
];

// testssl 3.0 rates TLS 1.0 and CBC no worse than LOW.
const harmless = new Set(['OK', 'INFO']);
/** Other findings that are correct, and why. */
const expected: Record<string, string> = {
  // mkcert's CA has no revocation list and no OCSP responder: it is for one machine.
  cert_revocation: 'Neither CRL nor OCSP URI provided',
  // Its s_client disconnects at once, often before the TLS 1.3 ticket for resumption arrives.
  sessionresumption_ticket: 'check failed because of connect problem',
};

function isAsExpected({ id, severity, finding }: Finding): boolean {
  return harmless.has(severity) || expected[id] === finding;
}

/** The findings about the TLS of a project's service, in the words of testssl. */
function faults(findings: Finding[]): string[] {
  const wrong = findings.filter((each) => !isAsExpected(each));
  return wrong.map(({ id, severity, finding }) => `${severity} ${id}: ${finding}`);
}

describeWith(['testssl', 'mkcert'], 'the TLS of a rendered service', () => {
  const place = sandbox();
  const made: { project?: Project } = {};
  const project = (): Project => {
    if (made.project === undefined) {
      throw new Error('The project was not made.');
    }
    return made.project;
  };

  const audited = async (checks: string[]): Promise<Finding[]> => {
    const { folder, env, port } = project();
    const command = [process.execPath, 'src/server.js'];
    const service = await start(command, { cwd: folder, env, port });
    try {
      return await audit(place, { port, caFile: join(place.caRoot, 'rootCA.pem'), checks });
    } finally {
      await service.stop();
    }
  };

  beforeAll(async () => {
    symlinkSync(join(root, 'node_modules'), join(place.folder, 'node_modules'));
    const flags = ['--no-install', '--no-git'];
    made.project = await create({ sandbox: place, way: 'files', language: 'js', flags });
  });
  afterAll(() => place.remove());

  it('has no findings by testssl, and its chain is verified', async () => {
    const findings = await audited(everything);
    expect(faults(findings)).toEqual([]);
    const found = Object.fromEntries(findings.map(({ id, finding }) => [id, finding]));
    // One check of each part: a part that was skipped would also have no findings.
    expect(found).toMatchObject({
      TLS1_2: 'offered',
      TLS1_3: 'offered with final',
      cipherlist_NULL: 'not offered',
      cipher_order: 'server',
      cert_chain_of_trust: 'passed.',
      heartbleed: 'not vulnerable, no heartbeat extension',
    });
    expect(found['FS'] ?? found['PFS']).toBe('offered');
  });

  it('would have findings with TLS 1.0', async () => {
    const file = join(project().folder, 'src/lib/tls.js');
    const strong = readFileSync(file, 'utf8');
    const weak = strong
      .replace("minVersion: 'TLSv1.2'", "minVersion: 'TLSv1'")
      .replace("].join(':')", "'ECDHE-ECDSA-AES128-SHA', '@SECLEVEL=0'].join(':')");
    writeFileSync(file, weak);
    try {
      const found = faults(await audited(['--protocols']));
      expect(found.map((fault) => fault.split(':')[0])).toEqual(['LOW TLS1', 'LOW TLS1_1']);
    } finally {
      writeFileSync(file, strong);
    }
  });
});
