import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { Agent, get } from 'node:https';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCertificate } from '../../../templates/test/certificate.js';
import { renderApp, type App } from '../../support/app.js';
import {
  environmentFor,
  launch,
  node,
  origin,
  type AppProcess,
} from '../../support/app-process.js';
import { root, runProgram } from '../../support/cli.js';
import { canMount, mounting } from '../../support/mounts.js';
import { openClient } from '../../support/open-client.js';
import { freePort } from '../../support/running.js';
import type { Environment } from '../../support/sandbox.js';
import { networkTo, startSenders, type Senders } from '../../support/senders.js';
import { nobody, own } from '../../support/unprivileged.js';
import { patience, until } from '../../support/until.js';

let app: App;
let disk: string;
beforeAll(async () => {
  app = await renderApp();
  disk = join(dirname(app.folder), 'disk');
  mkdirSync(disk);
});
afterAll(() => app.remove());

const urlOf = (port: number): string => `wss://127.0.0.1:${port}/live`;

function send({ port }: { port: number }, count: number, everyMs = 200): Promise<Senders> {
  return startSenders(urlOf(port), { count, everyMs, origin, ca: app.cert });
}

/** @returns the status of an HTTPS request, and whether it used an existing connection */
function request({ port }: AppProcess, path = '/healthz', agent?: Agent) {
  const how = { host: '127.0.0.1', port, path, ca: app.cert, timeout: patience };
  return new Promise<{ status: number | undefined; reused: boolean }>((resolve, reject) => {
    const sent = get({ ...how, agent: agent ?? false }, (response) => {
      response.resume().once('end', () => {
        resolve({ status: response.statusCode, reused: sent.reusedSocket });
      });
    });
    sent.once('timeout', () => sent.destroy(new Error('No answer.'))).once('error', reject);
  });
}

async function expectAnswers(service: AppProcess, count: number): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  for (let index = 0; index < count; index += 1) {
    expect((await request(service, '/healthz', agent)).status).toBe(200);
  }
  agent.destroy();
}

/**
 * Waits for an echo of every message, and stops the service.
 *
 * @returns what happened to the clients
 */
async function endOf(service: AppProcess, { clients, finish }: Senders) {
  await finish();
  const lost = clients.filter(({ socket }) => socket.readyState !== 1).length;
  const code = await service.stop();
  const closed = new Set(await Promise.all(clients.map((client) => client.closed())));
  return { lost, code, closed: [...closed] };
}

const inOrder = { lost: 0, code: 0, closed: [1001] };

const mounts = canMount(root);
const unmounted = mounts ? '' : ' (skipped: mounting a file system is not permitted here)';

/** Whether tests can run a program as a user that may read the repository and owns no files. */
function canBecomeNobody(): boolean {
  try {
    const how = { uid: nobody, gid: nobody, stdio: 'pipe' as const };
    execFileSync(node, ['-p', 'require("./package.json").name'], { cwd: root, ...how });
    return true;
  } catch {
    return false;
  }
}

const others = canBecomeNobody();
const alone = others ? '' : ' (skipped: no other user can read the repository here)';

describe.skipIf(!mounts)(`a log on a full disk${unmounted}`, () => {
  it('loses log lines, but neither the service nor its shutdown', async () => {
    const script = 'mount -t tmpfs -o size=256k tmpfs "$0" && exec >>"$0/log"';
    const service = await launch(app, { before: mounting(script, disk) });
    const inside = (name: string): string => `/proc/${service.pid}/root${disk}/${name}`;
    const logged = (): string => readFileSync(inside('log'), 'utf8');
    try {
      const senders = await send(service, 20);
      fill(inside('filler'));
      await expectAnswers(service, 200);
      expect(logged().split('/healthz').length - 1).toBeLessThan(200);

      rmSync(inside('filler'));
      await until('lines are written again', async () => {
        await request(service, '/there-is-room-again');
        return logged().includes('/there-is-room-again');
      });
      fill(inside('filler'));
      await expectAnswers(service, 50);
      expect(await endOf(service, senders)).toEqual(inOrder);
      expect(service.output()).toBe('');
    } finally {
      await service.stop();
    }
  });
});

/** Writes until the disk is full. */
function fill(file: string): void {
  for (const size of [4096, 1]) {
    expect(() => {
      for (;;) {
        writeFileSync(file, Buffer.alloc(size), { flag: 'a' });
      }
    }).toThrow(/ENOSPC/);
  }
}

const real = { seconds: 25, env: {} };
// In proportion, with a budget of exactly what the clients send in that time.
const short = { seconds: 5, env: { HEARTBEAT_MS: '5000', MESSAGES_PER_SECOND: '5' } };

describe('a stall while clients send 5 messages a second', () => {
  it.concurrent.each([
    { ...real, what: 'process' },
    { ...real, what: 'network' },
    { ...short, what: 'process' },
    { ...short, what: 'network' },
  ])('of the $what for $seconds s disconnects no client', async ({ seconds, env, what }) => {
    const service = await launch(app, { env });
    const network = await networkTo(service.port);
    try {
      const senders = await send(network, 10);
      await sleep(2000);
      if (what === 'process') {
        service.signal('SIGSTOP');
      } else {
        network.stall();
      }
      await sleep(seconds * 1000);
      if (what === 'process') {
        service.signal('SIGCONT');
      } else {
        network.resume();
      }
      await sleep(2000);
      expect(service.lines().filter(({ msg }) => msg === 'socket closed')).toEqual([]);
      expect(await endOf(service, senders)).toEqual(inOrder);
      expect(service.lines().filter(({ level }) => level > 40)).toEqual([]);
    } finally {
      service.signal('SIGCONT');
      await service.stop();
      network.close();
    }
  });
});

describe('a limit of 256 open files, and 300 clients', () => {
  it('drops those over the limit with a line in the log, and serves the others', async () => {
    const [PRIV_KEY, CERT_KEY] = [`${app.keyFile}.renewed`, `${app.certFile}.renewed`];
    copyFileSync(app.keyFile, PRIV_KEY);
    copyFileSync(app.certFile, CERT_KEY);
    const service = await launch(app, {
      env: { PRIV_KEY, CERT_KEY },
      before: ['sh', '-c', 'ulimit -n 256 && exec "$@"', 'sh'],
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    try {
      expect(service.output()).toContain(
        String.raw`MAX_CONNECTIONS is 10000, but \"ulimit -n\" only allows 192 connections.`,
      );
      await request(service, '/healthz', agent);
      const opening = Array.from({ length: 300 }, () =>
        openClient(urlOf(service.port), { origin, ca: app.cert }),
      );
      const settled = await Promise.allSettled(opening);
      const clients = settled.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
      expect(clients).toHaveLength(191);
      await until('the log says that connections were dropped', () =>
        service.output().includes('Dropped connections: too many from all clients.'),
      );
      expect(await request(service, '/healthz', agent)).toEqual({ status: 200, reused: true });
      for (const client of clients) {
        client.socket.send('hello');
        await client.received('Echo: hello');
      }

      const { key, cert } = makeCertificate();
      writeFileSync(PRIV_KEY, key);
      writeFileSync(CERT_KEY, cert);
      await until('the new certificate is used', () => service.output().includes('was renewed'));
      expect(openFiles(service)).toBeLessThan(256);
      clients.slice(0, 20).forEach(({ socket }) => socket.close());
      // Trusts only the new certificate.
      await until('a newcomer has room', () => canOpen({ port: service.port, ca: cert }));
      expect(await service.stop()).toBe(0);
      expect(service.lines().filter(({ level }) => level >= 50)).toEqual([]);
    } finally {
      agent.destroy();
      await service.stop();
    }
  });
});

async function canOpen({ port, ca }: { port: number; ca: string }): Promise<boolean> {
  try {
    const client = await openClient(urlOf(port), { origin, ca });
    client.socket.terminate();
    return true;
  } catch {
    return false;
  }
}

function openFiles({ pid }: AppProcess): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

describe.skipIf(!others || !mounts)(
  `an unprivileged user on a read-only file system${alone || unmounted}`,
  () => {
    it('runs the service', async () => {
      chmodSync(dirname(app.folder), 0o755);
      const PRIV_KEY = `${app.keyFile}.nobody`;
      copyFileSync(app.keyFile, PRIV_KEY);
      own(PRIV_KEY);
      own(join(app.folder, '.env'));
      const readOnly = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0"';
      const user = `setpriv --reuid ${nobody} --regid ${nobody} --clear-groups`;
      const rights = '--no-new-privs --bounding-set=-all --inh-caps=-all';
      const service = await launch(app, {
        env: { PRIV_KEY, HOME: '/nonexistent' },
        before: [...mounting(readOnly, dirname(app.folder)), ...`${user} ${rights}`.split(' ')],
      });
      try {
        const probe = `/proc/${service.pid}/root${app.folder}/probe`;
        expect(() => writeFileSync(probe, '')).toThrow(/EROFS/);
        expect(readFileSync(`/proc/${service.pid}/status`, 'utf8')).toMatch(/^Uid:\s+65534/m);
        expect(await endOf(service, await send(service, 5))).toEqual(inOrder);
      } finally {
        await service.stop();
      }
    });
  },
);

describe('stdout', () => {
  it('that its reader closes does not stop the service', async () => {
    const service = await launch(app);
    const senders = await send(service, 5);
    service.closeOutput();
    await expectAnswers(service, 50);
    expect(await endOf(service, senders)).toEqual(inOrder);
  });

  it('that is closed from the start, like stdin and stderr, does not stop the service', async () => {
    const before = ['sh', '-c', 'exec "$@" <&- >&- 2>&-', 'sh'];
    const service = await launch(app, { before });
    const senders = await send(service, 5);
    await expectAnswers(service, 50);
    expect(await endOf(service, senders)).toEqual(inOrder);
  });

  it('that is never read blocks neither the service nor its end after SIGTERM', async () => {
    const service = await launch(app, { output: 'unread' });
    const senders = await send(service, 5);
    // More than the pipe and its buffer can hold.
    await Promise.all(Array.from({ length: 10 }, () => expectAnswers(service, 2000)));
    expect(await endOf(service, senders)).toEqual(inOrder);
  });
});

describe('packages that are symbolic links, as with pnpm', () => {
  it.each(['a pipe', 'a file'])('find their own packages while stdout is %s', async (stdout) => {
    const linked = await renderApp();
    const store = join(linked.folder, 'node_modules/.store/node_modules');
    const packages = {
      inner: 'module.exports = "found";',
      outer: 'module.exports = require("inner");',
    };
    for (const [name, code] of Object.entries(packages)) {
      mkdirSync(join(store, name), { recursive: true });
      writeFileSync(join(store, name, 'index.js'), code);
    }
    symlinkSync('.store/node_modules/outer', join(linked.folder, 'node_modules/outer'));
    const plugin =
      "import outer from 'outer';\nexport default async (app) => app.log.info(outer);\n";
    writeFileSync(join(linked.folder, 'src/plugins/linked.js'), plugin);
    const log = join(dirname(linked.folder), 'log');
    const before = stdout === 'a file' ? ['sh', '-c', `exec "$@" >"${log}"`, 'sh'] : [];
    try {
      const service = await launch(linked, { before, env: { HTTPS: 'off' } });
      expect(await service.stop()).toBe(0);
      const logged = stdout === 'a file' ? readFileSync(log, 'utf8') : service.output();
      expect(logged).toContain('"msg":"found"');
    } finally {
      linked.remove();
    }
  });
});

/**
 * Starts the service in a way that fails.
 *
 * @returns its exit code and its output
 */
async function startInVain(command: string[], env: Environment = {}, cwd = app.folder) {
  const base = environmentFor(app, await freePort());
  const all = { cwd, env: { ...base, ...env }, limitMs: patience };
  const { code, stdout, stderr } = await runProgram(command, all);
  return { code, stdout, stderr: stderr.replaceAll(dirname(app.folder), '') };
}

const server = [node, 'src/server.js'];

describe('an error at the start is reported in one line', () => {
  it('a key that is a named pipe', async () => {
    const PRIV_KEY = join(dirname(app.folder), 'pipe');
    execFileSync('mkfifo', [PRIV_KEY]);
    expect(await startInVain(server, { PRIV_KEY })).toEqual({
      code: 1,
      stdout: '',
      stderr: '/pipe cannot be read: it is not a regular PEM file. Correct PRIV_KEY.',
    });
  });

  it('a certificate that a shell passes through a pipe', async () => {
    const script = 'CERT_KEY=<(cat "$CERT_KEY") "$@"';
    const ended = await startInVain(['bash', '-c', script, 'bash', ...server]);
    expect(ended).toEqual({ code: 1, stdout: '', stderr: expect.any(String) });
    expect(ended.stderr).toMatch(
      /^\/dev\/fd\/\d+ cannot be read: it is not a regular PEM file\. Correct CERT_KEY\.$/,
    );
  });

  it('another folder', async () => {
    const command = [node, join(app.folder, 'src/server.js')];
    const env = { PRIV_KEY: undefined, CERT_KEY: undefined };
    expect(await startInVain(command, env, '/')).toEqual({
      code: 1,
      stdout: '',
      stderr: '/certs/key.pem does not exist. Start the service in its own folder, /app.',
    });
  });

  it.skipIf(!others)(`an .env that the user cannot read${alone}`, async () => {
    chmodSync(dirname(app.folder), 0o755);
    execFileSync('chown', ['root', join(app.folder, '.env')]);
    const user = ['setpriv', '--reuid', String(nobody), '--regid', String(nobody)];
    const ended = await startInVain([...user, '--clear-groups', ...server]);
    expect(ended).toEqual({ code: 1, stdout: '', stderr: expect.any(String) });
    expect(ended.stderr).toMatch(/^\.env cannot be read by this user: EACCES[^\n]*\.$/);
  });
});
