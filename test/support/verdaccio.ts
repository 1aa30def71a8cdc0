import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { root } from './cli.js';
import { freePort } from './running.js';

export interface Registry {
  /** The address for `npm_config_registry`, with a slash at its end. */
  url: string;
  port: number;
  /** @returns the requests so far, as `GET /name`, in order */
  requests: () => Promise<string[]>;
  stop: () => Promise<void>;
}

/** The relevant part of a line in Verdaccio's log: a request. */
interface LogLine {
  req?: { method: string; url: string };
}

interface Start {
  /** An empty folder for its settings and packages. */
  folder: string;
  /** Packages that may be published. All others come through the uplink. */
  own: string[];
  uplink: string;
}

const patience = 60_000;

/** Verdaccio reads YAML, and JSON is YAML. */
function settings({ folder, own, uplink }: Start): object {
  return {
    storage: join(folder, 'storage'),
    web: { enable: false },
    uplinks: { outside: { url: uplink, timeout: '60s', maxage: '30m' } },
    packages: {
      ...Object.fromEntries(own.map((name) => [name, { access: '$all', publish: '$all' }])),
      '**': { access: '$all', proxy: 'outside' },
    },
    log: { type: 'stdout', format: 'json', level: 'info' },
  };
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + patience;
  while (!(await holds())) {
    if (Date.now() > end) {
      throw new Error(`Waited in vain for ${what}.`);
    }
    await new Promise((wake) => setTimeout(wake, 50));
  }
}

async function answers(address: string): Promise<boolean> {
  try {
    return (await fetch(address)).ok;
  } catch (error) {
    // It does not listen yet: fetch throws a TypeError.
    if (error instanceof TypeError) {
      return false;
    }
    throw error;
  }
}

function requestsIn(log: string): string[] {
  const lines = log.split('\n').filter((line) => line.startsWith('{') && line.endsWith('}'));
  return lines.flatMap((line) => {
    const { req }: LogLine = JSON.parse(line);
    return req === undefined ? [] : [`${req.method} ${req.url}`];
  });
}

/**
 * Starts a test registry, to which any user may publish one package. It keeps the environment of
 * the machine, which may be needed to reach the uplink.
 */
export async function startRegistry(start: Start): Promise<Registry> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const config = join(start.folder, 'verdaccio.yaml');
  writeFileSync(config, JSON.stringify(settings(start)));
  const program = join(root, 'node_modules/verdaccio/bin/verdaccio');
  const args = [program, '--config', config, '--listen', `127.0.0.1:${port}`];
  const server = execa(process.execPath, args, { reject: false, buffer: false, stdin: 'ignore' });
  const state = { log: '', marks: 0 };
  server.stdout.setEncoding('utf8').on('data', (text: string) => (state.log += text));
  server.stderr.resume();
  await until('Verdaccio to listen', () => answers(`${url}-/ping`));
  return {
    url,
    port,
    // An additional request ends the list: everything before it in the log is complete.
    requests: async () => {
      const mark = `/-/ping?mark=${(state.marks += 1)}`;
      await fetch(new URL(mark, url));
      await until(`${mark} in the log`, () => requestsIn(state.log).includes(`GET ${mark}`));
      return requestsIn(state.log).filter((line) => !line.startsWith('GET /-/ping'));
    },
    stop: async () => {
      server.kill();
      await server;
    },
  };
}
