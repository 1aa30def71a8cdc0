import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { make, serverUsage } from '../../support/pki.js';
import { localProject, setLines, type LocalProject } from '../../support/projects.js';
import { sandbox, type Sandbox } from '../../support/sandbox.js';
import { own, unprivileged } from '../../support/unprivileged.js';

const place: { sandbox?: Sandbox; undo: (() => unknown)[] } = { undo: [] };
beforeEach(() => {
  place.sandbox = sandbox();
});
afterEach(async () => {
  place.undo.splice(0).forEach((undo) => undo());
  await place.sandbox?.remove();
});

interface Told {
  verdicts: { code: string; severity: string; cause: string; evidence: string }[];
}

/** A project of the unprivileged user, and what doctor reports to that user. */
async function told(spoil: (project: LocalProject) => void): Promise<Told['verdicts']> {
  const room = place.sandbox ?? sandbox();
  const leaf = await make({
    name: 'CN=leaf',
    hosts: ['localhost', '127.0.0.1', '::1'],
    usage: serverUsage,
  });
  const later = (undo: () => unknown): void => void place.undo.push(undo);
  const project = await localProject({ sandbox: room, leaf, later }, 'mkcert');
  const run = unprivileged(room);
  chmodSync(project.folder, 0o755);
  for (const path of ['.env', 'certs/key.pem', 'certs/cert.pem']) {
    own(join(project.folder, path));
  }
  spoil(project);
  const { stdout, stderr } = await run(['doctor', '--json'], {}, project.folder);
  expect(stderr).toBe('');
  const answer: Told = JSON.parse(stdout);
  return answer.verdicts;
}

function codesOf(verdicts: Told['verdicts']): string[] {
  return verdicts.map(({ code }) => code);
}

describe('doctor, as an unprivileged user', () => {
  it('reads all files of that user', async () => {
    const verdicts = await told(() => undefined);
    expect(codesOf(verdicts)).toEqual(['port-closed', 'self-signed']);
  });

  it('names a key that it may not read', async () => {
    const verdicts = await told(({ folder }) => chmodSync(join(folder, 'certs/key.pem'), 0));
    expect(codesOf(verdicts)).toEqual(['unreadable-file', 'port-closed', 'self-signed']);
    expect(verdicts[0]?.cause).toContain('certs/key.pem cannot be read by this user');
    expect(verdicts[0]?.evidence).toContain('certs/key.pem: EACCES');
  });

  it('names a folder that it may not enter', async () => {
    const verdicts = await told(({ folder }) => chmodSync(join(folder, 'certs'), 0o700));
    expect(codesOf(verdicts)).toEqual(['unreadable-file', 'port-closed']);
  });

  it('names an .env that it may not read', async () => {
    const verdicts = await told(({ folder }) => chmodSync(join(folder, '.env'), 0));
    expect(codesOf(verdicts)).toEqual(['unreadable-file']);
    expect(verdicts[0]?.cause).toContain('This user cannot read .env');
  });

  it.runIf(process.platform === 'linux')('names a port that needs more rights', async () => {
    // Nothing may listen there, and a user who may read this may not listen either.
    const verdicts = await told((project) =>
      setLines(project, 'PORT=81\nDOMAINS=https://localhost:81'),
    );
    expect(codesOf(verdicts)).toEqual(['port-forbidden', 'self-signed']);
    expect(verdicts[0]?.evidence).toContain('EACCES');
  });
});
