import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttp, type RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Answers } from '../../../src/options/answers.js';
import { probeProject } from '../../../src/doctor/probes/project-service.js';
import { readProject } from '../../../src/doctor/probes/project.js';
import { freePort, listens } from '../../../src/create/verify/server.js';
import type { Evidence } from '../../../src/doctor/evidence.js';
import { judge } from '../../../src/doctor/judge.js';
import { cli } from '../../support/cli.js';
import { answersOf } from '../../support/combinations.js';
import { evidenceFor, isWhole, renderInto, verdictsOf } from '../../support/diagnosed.js';
import { make } from '../../support/pki.js';

const place: { folder: string; undo: (() => unknown)[] } = { folder: '', undo: [] };
beforeEach(() => {
  place.folder = realpathSync(mkdtempSync(join(tmpdir(), 'create-fastify-wss-doctor-')));
});
afterEach(async () => {
  for (const undo of place.undo.splice(0)) {
    await undo();
  }
  rmSync(place.folder, { recursive: true });
});

const healthy: RequestListener = ({ url }, response) => {
  response.setHeader('content-type', 'application/json');
  response.statusCode = url === '/healthz' ? 200 : 404;
  response.end(url === '/healthz' ? '{"status":"ok"}' : '{}');
};

async function listen(server: Server, port: number, host = '127.0.0.1'): Promise<void> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  server.listen(port, host);
  await once(server, 'listening');
  place.undo.push(() => {
    sockets.forEach((socket) => socket.destroy());
    server.close();
    return once(server, 'close');
  });
}

/** A program that runs in a folder and answers as the service does. */
async function startIn(folder: string, port: number, body: string): Promise<number> {
  mkdirSync(folder, { recursive: true });
  const code = `require('node:http').createServer((_, r) => r.end(${JSON.stringify(body)})).listen(${port}, '127.0.0.1')`;
  const child = spawn(process.execPath, ['-e', code], { cwd: folder, stdio: 'ignore' });
  place.undo.push(() => {
    child.kill();
    return child.exitCode === null ? once(child, 'exit') : undefined;
  });
  const limit = Date.now() + 10_000;
  while (!(await listens('127.0.0.1', port)) && Date.now() < limit) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return child.pid ?? 0;
}

function projectOn(port: number, answers: Partial<Answers> = { https: false }): string {
  const folder = join(place.folder, 'app');
  renderInto(folder, answersOf({ port, ...answers }));
  return folder;
}

const patience = { limit: 1000, cancel: new AbortController().signal };

/** The evidence of a project after a check of its port. */
async function asked(folder: string, more: Partial<Evidence> = {}): Promise<Evidence> {
  const project = readProject(folder, {});
  return evidenceFor({ ...project, ...(await probeProject(project, patience)) }, more);
}

async function verdicts(folder: string, more: Partial<Evidence> = {}) {
  const found = verdictsOf(await asked(folder, more));
  expect(found.filter((verdict) => !isWhole(verdict))).toEqual([]);
  return found;
}

const ok = '{"status":"ok"}';
const refused = [{ address: '127.0.0.1', family: 4 as const, result: 'ECONNREFUSED', named: true }];
const open = [{ address: '127.0.0.1', family: 4 as const, result: 'open', named: true }];

describe('the port of the service', () => {
  it('is free: the service is not running, so it is not healthy', async () => {
    const folder = projectOn(await freePort());
    const evidence = await asked(folder, { reached: refused });
    const [verdict, ...more] = verdictsOf(evidence);
    expect(more).toEqual([]);
    expect(verdict).toMatchObject({
      code: 'port-closed',
      severity: 'blocking',
      cause: 'The service is not running.',
      commands: [
        ['npm', 'install'],
        ['npm', 'run', 'dev'],
      ],
    });
    expect(judge(evidence).map(({ code }) => code)).toEqual(['port-closed']);
  });

  it('is free, and the dependencies are installed', async () => {
    const folder = projectOn(await freePort());
    mkdirSync(join(folder, 'node_modules/fastify'), { recursive: true });
    const [verdict] = verdictsOf(await asked(folder, { reached: refused }));
    expect(verdict?.commands).toEqual([['npm', 'run', 'dev']]);
  });

  it('is also recognized with the full name localhost.', async () => {
    const port = await freePort();
    const call = { cwd: projectOn(port), env: {} };
    const [full, short] = await Promise.all(
      ['localhost.', 'localhost'].map((host) => cli(['doctor', `ws://${host}:${port}/live`], call)),
    );
    expect(short?.stdout).toContain(`✓ Settings     ${call.cwd}`);
    expect(short?.stdout).toContain(`Nothing listens on port ${port} of localhost. [`);
    expect(full?.stdout).toBe(short?.stdout.replace('//localhost:', '//localhost.:'));
  });

  it('is free again after the check', async () => {
    const port = await freePort();
    await verdicts(projectOn(port));
    await listen(createServer(), port);
    expect(await listens('127.0.0.1', port)).toBe(true);
  });

  it('is used by the service, which reports it', async () => {
    const port = await freePort();
    await listen(createHttp(healthy), port);
    expect(await verdicts(projectOn(port), { reached: open })).toEqual([]);
  });

  it('is used by a service that was started with other settings', async () => {
    const { key, cert } = await make({ name: 'CN=localhost', hosts: ['localhost'] });
    const port = await freePort();
    await listen(createHttps({ key, cert }, healthy), port);
    expect(await verdicts(projectOn(port), { reached: open })).toEqual([]);
  });

  it('is used by a program that does not speak HTTP, so it is another one', async () => {
    const port = await freePort();
    await listen(
      createServer((socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n')),
      port,
    );
    const [verdict, ...more] = await verdicts(projectOn(port), { reached: open });
    expect(more).toEqual([]);
    expect(verdict).toMatchObject({ code: 'port-in-use', alternatives: [] });
    expect(verdict?.evidence).toContain('SSH-2.0-OpenSSH_9.2');
  });

  it('does not answer', async () => {
    const port = await freePort();
    await listen(createServer(), port);
    const found = await verdicts(projectOn(port), { reached: open });
    expect(found.map(({ code }) => code)).toEqual(['port-in-use']);
  });

  it('is in use on every address, though nothing answers at the checked one', async () => {
    const port = await freePort();
    // A program on another loopback address keeps the service from listening on all addresses.
    await listen(createServer(), port, '127.0.0.2');
    const folder = projectOn(port, { https: false, host: '0.0.0.0' });
    const [verdict, ...more] = await verdicts(folder, { reached: refused });
    expect(more).toEqual([]);
    expect(verdict).toMatchObject({ code: 'port-in-use', alternatives: [] });
    expect(verdict?.evidence).toContain('EADDRINUSE');
  });

  it('is on an address that this machine does not have', async () => {
    const folder = projectOn(await freePort(), { https: false, host: '2001:db8::7' });
    const evidence = await asked(folder, {
      reached: [
        { ...refused[0], address: '2001:db8::7', family: 6, result: 'ENETUNREACH', named: true },
      ],
    });
    expect(judge(evidence).map(({ code }) => code)).toEqual(['address-not-available']);
  });

  it('is on an unknown host name', async () => {
    const folder = projectOn(await freePort(), { https: false, host: 'no-such-name.invalid' });
    const found = await verdicts(folder, { name: { addresses: [], error: 'ENOTFOUND' } });
    expect(found.map(({ code }) => code)).toEqual(['address-not-available']);
  });

  it('is chosen by the system', async () => {
    const folder = projectOn(3000);
    const project = readProject(folder, { PORT: '0' });
    const evidence = evidenceFor({ ...project, ...(await probeProject(project, patience)) });
    expect(verdictsOf(evidence).map(({ code, severity }) => [code, severity])).toEqual([
      ['port-closed', 'blocking'],
    ]);
  });

  it('is unknown, so no other port is judged', async () => {
    const project = readProject(projectOn(3000), { PORT: 'many' });
    expect(await probeProject(project, patience)).toEqual({});
    const evidence = evidenceFor(project, { reached: refused });
    expect(judge(evidence).map(({ code }) => code)).toEqual(['invalid-setting']);
  });
});

describe.runIf(process.platform === 'linux')('the program that uses the port, on Linux', () => {
  it('is the service, started in the project, even without its health route', async () => {
    const port = await freePort();
    const folder = projectOn(port);
    await startIn(folder, port, 'nothing of health');
    expect(await verdicts(folder, { reached: open })).toEqual([]);
  });

  it('is the service of another project, whose answers do not matter', async () => {
    const port = await freePort();
    const folder = projectOn(port);
    const other = join(place.folder, 'other');
    renderInto(other, answersOf({ https: false }));
    const pid = await startIn(join(other, 'src'), port, ok);
    const evidence = await asked(folder, { reached: open });
    const [verdict, ...more] = verdictsOf(evidence);
    expect(more).toEqual([]);
    expect(verdict).toMatchObject({ code: 'port-in-use', commands: [], alternatives: [] });
    expect(verdict?.fix).toBe('Set another PORT in .env, and use it in DOMAINS.');
    expect(verdict?.cause).toContain(`node (process ${pid}) uses port ${port}`);
    expect(verdict?.evidence).toContain(`${other}, another project of create-fastify-wss`);
  });

  it.each([
    ['.env', 'Set another PORT in .env, and use it in DOMAINS.'],
    [
      'the environment',
      'Set another PORT in the environment, which overrides .env, and use it in DOMAINS.',
    ],
    [
      'no file yet',
      'Create .env with the script certs, then set another PORT in .env, and use it in DOMAINS.',
    ],
  ])('is not ended if it is in a project, and PORT is in %s', async (home, fix) => {
    const port = await freePort();
    const folder = projectOn(port);
    if (home === 'no file yet') {
      rmSync(join(folder, '.env'));
    }
    const other = join(place.folder, 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'package.json'), '{}');
    await startIn(join(other, 'src'), port, 'Hello');
    const project = readProject(folder, home === 'the environment' ? { PORT: String(port) } : {});
    const seen = evidenceFor({ ...project, ...(await probeProject(project, patience)) });
    const found = verdictsOf({ ...seen, reached: open });
    const verdict = found.find(({ code }) => code === 'port-in-use');
    expect(verdict).toMatchObject({ commands: [], fix });
  });

  it('is another program, reported by name and folder', async () => {
    const port = await freePort();
    const folder = projectOn(port);
    const pid = await startIn(join(place.folder, 'else'), port, 'Hello');
    const [verdict] = await verdicts(folder, { reached: open });
    expect(verdict).toMatchObject({
      code: 'port-in-use',
      commands: [['kill', String(pid)]],
      alternatives: [],
    });
    expect(verdict?.evidence).toBe(
      `It answers GET /healthz over http with HTTP status 200. It was started in ${join(place.folder, 'else')}.`,
    );
  });

  it('may be the project’s own in a container: it answers as the service does', async () => {
    const port = await freePort();
    await startIn(join(place.folder, 'app-in-a-container'), port, ok);
    expect(await verdicts(projectOn(port), { reached: open })).toEqual([]);
  });
});

describe('behind a proxy', () => {
  const proxied = { https: true, certSource: 'proxy' } as const;

  function filesAside(found: Awaited<ReturnType<typeof verdicts>>) {
    return found.filter(({ stage }) => stage !== 'files');
  }

  it('both must be started', async () => {
    const folder = projectOn(await freePort(), proxied);
    const evidence = await asked(folder, { reached: refused });
    expect(evidence.project?.upstream?.state).toBe('refused');
    const [verdict] = filesAside(verdictsOf(evidence));
    expect(verdict?.cause).toBe('Neither the service nor the proxy in front of it is running.');
    expect(verdict?.commands).toEqual([
      ['npm', 'install'],
      ['npm', 'run', 'dev'],
      ['npm', 'run', 'proxy'],
    ]);
  });

  it('the proxy must be started', async () => {
    const port = await freePort();
    await listen(createHttp(healthy), port);
    const evidence = await asked(projectOn(port, proxied), { reached: refused });
    expect(evidence.project?.upstream).toEqual({ address: '127.0.0.1', port, state: 'plain' });
    const [verdict] = filesAside(verdictsOf(evidence));
    expect(verdict?.cause).toBe('The proxy in front of the service is not running.');
    expect(verdict?.commands).toEqual([['npm', 'run', 'proxy']]);
  });

  it('the service uses TLS, but the proxy does not', async () => {
    const { key, cert } = await make({ name: 'CN=localhost', hosts: ['localhost'] });
    const port = await freePort();
    await listen(createHttps({ key, cert }, healthy), port);
    const { project } = await asked(projectOn(port, proxied), { reached: open });
    expect(project?.upstream?.state).toBe('tls');
  });

  it('the proxy runs, and reports itself that the service does not', async () => {
    const found = await verdicts(projectOn(await freePort(), proxied), { reached: open });
    expect(filesAside(found)).toEqual([]);
  });

  it('the domain is on another machine, like its proxy', async () => {
    const answers = { ...proxied, origins: ['https://chat.example.com'] };
    const folder = projectOn(await freePort(), answers);
    expect(readFileSync(join(folder, '.env'), 'utf8')).toContain(
      'DOMAINS=https://chat.example.com',
    );
    expect(await verdicts(folder, { reached: refused })).toEqual([]);
  });
});
