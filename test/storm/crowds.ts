import { fork, type ChildProcess } from 'node:child_process';
import { on, once } from 'node:events';
import { join } from 'node:path';
import type { Seen } from './client.js';
import type { PolicyName } from './policies.js';
import { sharesOf, type Shares } from './shares.js';

/** What a process with clients can do: see crowd.ts. */
export interface Jobs {
  prepare: (details: Prepared) => Promise<void>;
  choose: (details: { ports: number[] }) => Promise<void>;
  open: (details: Opening & { crowd: number }) => Promise<number>;
  abandon: (details: { port: number; count: number }) => Promise<void>;
  count: (details?: undefined) => Promise<Count>;
  report: (details?: undefined) => Promise<Seen[]>;
}

export interface Prepared {
  ca: string;
  origin: string;
  policy: PolicyName;
  /** How long an opening may take before the client gives up. */
  limitMs: number;
}

interface Opening {
  port: number;
  /** The number of sockets of each process, and how many of them are opened at the same time. */
  count: number;
  atOnce: number;
}

export interface Count {
  open: number;
  /** Clients that have lost their first socket. */
  lost: number;
}

/** Clients in several processes, which get the same jobs. */
export class Crowds {
  readonly #children: ChildProcess[];

  private constructor(children: ChildProcess[]) {
    this.#children = children;
  }

  static async start(processes: number, prepared: Prepared): Promise<Crowds> {
    const crowds = new Crowds(Array.from({ length: processes }, launch));
    await crowds.#ask('prepare', prepared);
    return crowds;
  }

  async choose(ports: number[]): Promise<void> {
    await this.#ask('choose', { ports });
  }

  /**
   * Opens sockets, the same number in each process.
   *
   * @throws {Error} if one of them was refused
   */
  async open(opening: Opening): Promise<void> {
    const failed = await Promise.all(
      this.#children.map((child, crowd) => ask<number>(child, 'open', { ...opening, crowd })),
    );
    const sum = failed.reduce((left, right) => left + right, 0);
    if (sum > 0) {
      throw new Error(`${sum} sockets could not be opened.`);
    }
  }

  async abandon(port: number, count: number): Promise<void> {
    await this.#ask('abandon', { port, count });
  }

  async count(): Promise<Count> {
    const counts = await this.#ask<Count>('count', undefined);
    const sum = (key: keyof Count): number => counts.reduce((left, each) => left + each[key], 0);
    return { open: sum('open'), lost: sum('lost') };
  }

  /** The times of all processes together. */
  shares(): Shares {
    const all = this.#children.map(({ pid }) => sharesOf(pid));
    const sum = (key: keyof Shares): number => all.reduce((left, each) => left + each[key], 0);
    return { runMs: sum('runMs'), waitMs: sum('waitMs') };
  }

  /** What each client has seen. */
  async report(): Promise<Seen[]> {
    const seen = await this.#ask<Seen[]>('report', undefined);
    return seen.flat();
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.#children.map(async (child) => {
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
      }),
    );
  }

  #ask<Result>(job: keyof Jobs, details: unknown): Promise<Result[]> {
    return Promise.all(this.#children.map((child) => ask<Result>(child, job, details)));
  }
}

function launch(): ChildProcess {
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: undefined, SSL_CERT_FILE: undefined };
  const execArgv = ['--import', import.meta.resolve('tsx')];
  return fork(join(import.meta.dirname, 'crowd.ts'), [], { env, execArgv });
}

const state = { jobs: 0 };

async function ask<Result>(
  child: ChildProcess,
  job: keyof Jobs,
  details: unknown,
): Promise<Result> {
  state.jobs += 1;
  const id = state.jobs;
  child.send({ id, job, details });
  for await (const [answer] of on(child, 'message')) {
    if (answer.id === id && answer.error === undefined) {
      return answer.result;
    }
    if (answer.id === id) {
      throw new Error(answer.error);
    }
  }
  throw new Error('A process with clients has ended.');
}
