import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { audit } from '../../advisories/audit.js';
import { report } from '../../advisories/report.js';
import { sandbox } from '../../support/sandbox.js';

const place = sandbox();
const servers: Server[] = [];
afterAll(async () => {
  servers.forEach((server) => server.close());
  await place.remove();
});

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A registry that only knows one package. */
async function registry(answer: Answer): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`;
}

const version = {
  name: 'leaky',
  version: '1.0.0',
  dist: { tarball: 'http://127.0.0.1/leaky.tgz' },
};
const packument = {
  name: 'leaky',
  'dist-tags': { latest: '1.0.0' },
  versions: { '1.0.0': version },
};
const advisory = {
  id: 1,
  url: 'https://advisories.example/1',
  title: 'leaky leaks',
  severity: 'high',
  vulnerable_versions: '<2.0.0',
  cwe: [],
  cvss: { score: 0 },
};

function knowing(advisories: object): Answer {
  return ({ method }, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(method === 'POST' ? advisories : packument));
  };
}

/** A lockfile with one package, checked against a registry. */
async function auditWith(answer: Answer) {
  const url = await registry(answer);
  const own = { name: 'app', version: '1.0.0', dependencies: { leaky: '^1.0.0' } };
  const leaky = { version: '1.0.0', resolved: `${url}leaky/-/leaky-1.0.0.tgz` };
  const lock = { lockfileVersion: 3, packages: { '': own, 'node_modules/leaky': leaky } };
  writeFileSync(join(place.folder, 'package.json'), JSON.stringify(own));
  writeFileSync(join(place.folder, 'package-lock.json'), JSON.stringify({ ...own, ...lock }));
  const env = { ...place.env, npm_config_registry: url, npm_config_fetch_retries: '0' };
  return report({ 'this lockfile': await audit(place.folder, env) });
}

describe('the check of a lockfile', () => {
  it('finds nothing if the registry knows nothing', async () => {
    expect(await auditWith(knowing({}))).toEqual({
      text: 'this lockfile: no known vulnerability',
      exitCode: 0,
    });
  });

  it('names the package and its advisory', async () => {
    expect(await auditWith(knowing({ leaky: [advisory] }))).toEqual({
      text: [
        'this lockfile: 1 affected',
        '  leaky (high)',
        '    leaky leaks https://advisories.example/1',
      ].join('\n'),
      exitCode: 1,
    });
  });

  it('says so if the registry has no advisories', async () => {
    const { text, exitCode } = await auditWith((_request, response) => {
      response.writeHead(405).end();
    });
    expect(text).toMatch(/^this lockfile: unknown\. The registry has no advisories \(405 Method/);
    expect(exitCode).toBe(2);
  });
});
