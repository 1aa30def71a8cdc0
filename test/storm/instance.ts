import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { environmentFor, node } from '../support/app-process.js';
import type { App } from '../support/app.js';
import { root } from '../support/cli.js';
import { freePort } from '../support/running.js';
import { until } from '../support/until.js';
import { sharesOf, type Shares } from './shares.js';

const gauge = pathToFileURL(join(root, 'test/load/gauge.js')).href;

/** An instance of a rendered service on its own port, which can be restarted. */
export class Instance {
  readonly port: number;
  readonly #app: App;
  readonly #settings: Record<string, string>;
  #child: ChildProcess;

  private constructor(app: App, port: number, settings: Record<string, string>) {
    this.port = port;
    this.#app = app;
    this.#settings = settings;
    this.#child = this.#launch();
  }

  static async start(app: App, settings: Record<string, string> = {}): Promise<Instance> {
    const instance = new Instance(app, await freePort(), settings);
    await instance.ready();
    return instance;
  }

  async ready(): Promise<void> {
    await until('the service is ready', async () => (await this.status()) === 200);
  }

  /** The status of `GET /readyz`, or undefined if the service does not answer. */
  async status(): Promise<number | undefined> {
    const url = `https://127.0.0.1:${this.port}/readyz`;
    const request = get(url, { ca: this.#app.cert, agent: false, timeout: 5000 });
    request.on('timeout', () => request.destroy());
    try {
      const [response] = await once(request, 'response');
      response.resume();
      return response.statusCode;
    } catch {
      return undefined;
    }
  }

  shares(): Shares {
    return sharesOf(this.#child.pid);
  }

  /** Sends a signal, and waits for the end. Returns the exit code, or the signal. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | string> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
      return this.#child.exitCode ?? String(this.#child.signalCode);
    }
    const ended = once(this.#child, 'exit');
    this.#child.kill(signal);
    const [code, by] = await ended;
    return code ?? by;
  }

  /** Starts it again after its end. */
  async restart(): Promise<void> {
    this.#child = this.#launch();
    await this.ready();
  }

  #launch(): ChildProcess {
    const limits = { MAX_CONNECTIONS: '100000', MAX_CONNECTIONS_PER_ADDRESS: '100000' };
    const own = { ...limits, LOG_LEVEL: 'error', ...this.#settings };
    return spawn(node, ['--import', gauge, 'src/server.js'], {
      cwd: this.#app.folder,
      env: { ...environmentFor(this.#app, this.port), ...own },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
  }
}

/** Watches whether an instance is ready, as a load balancer does. */
export async function watch(
  instance: Instance,
  isOver: () => boolean,
  onChange: (ready: boolean) => Promise<void>,
): Promise<void> {
  let ready = true;
  while (!isOver()) {
    const now = (await instance.status()) === 200;
    if (now !== ready) {
      ready = now;
      await onChange(now);
    }
    await sleep(250);
  }
}
