import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../../src/io/probes.js';
import { runProgram } from './cli.js';
import type { Environment } from './sandbox.js';

interface Size {
  columns: number;
  rows: number;
}

interface Opening extends Partial<Size> {
  /** The program and its arguments, run without a shell. */
  command: string[];
  cwd: string;
  /** All that the program sees of an environment, but for what tmux says about its terminal. */
  env: Environment;
  /** A folder for the socket, near the root: the path of a socket has about a hundred bytes. */
  socketFolder: string;
}

/** A terminal with a program in it, and a person's hands and eyes. */
export interface Terminal {
  type: (text: string) => Promise<void>;
  /** Keys by their names in tmux: `Enter`, `Down`, `C-c`. */
  press: (...keys: string[]) => Promise<void>;
  /** @returns the screen on which the text or the pattern stands */
  waitFor: (wanted: string | RegExp) => Promise<string>;
  /** @returns what is shown, with lines that ran over the edge in one piece */
  screen: () => Promise<string>;
  /** @returns the same with the escape sequences of its colours */
  styled: () => Promise<string>;
  cursorVisible: () => Promise<boolean>;
  /** @returns the exit code of the program, once it has ended */
  ended: () => Promise<number>;
  close: () => Promise<void>;
}

/** From the first line on: what a program has said last moves up by one when it has ended. */
const all = ['-S', '-'];

const patience = 30_000;
const pause = 40;
const usual: Size = { columns: 120, rows: 120 };

/** Asks again and again until there is an answer, or the time is over. */
async function poll<T>(ask: () => Promise<T | undefined>, inVain: () => Promise<Error>) {
  const end = Date.now() + patience;
  while (Date.now() < end) {
    const answer = await ask();
    if (answer !== undefined) {
      return answer;
    }
    await new Promise((wake) => setTimeout(wake, pause));
  }
  throw await inVain();
}

function shows(screen: string, wanted: string | RegExp): boolean {
  return typeof wanted === 'string' ? screen.includes(wanted) : screen.search(wanted) >= 0;
}

/** Runs tmux with one server of our own; its environment is what its panes get. */
function tmuxWith({ cwd, env, socketFolder }: Opening) {
  const program = findProgram('tmux') ?? 'tmux';
  const server = [program, '-u', '-f', '/dev/null', '-S', join(socketFolder, 'tmux')];
  return async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await runProgram([...server, ...args], { cwd, env });
    if (code !== 0) {
      throw new Error(`tmux ${args[0]}: ${stderr}`);
    }
    return stdout;
  };
}

/** tmux does not always learn how a program ended, so a shell around it writes that down. */
function exitFile({ socketFolder }: Opening): string {
  return join(socketFolder, 'tmux-exit');
}

function noting(opening: Opening): string[] {
  const script = 'trap : INT; "$@"; echo "$?" >"$0"';
  return ['/bin/sh', '-c', script, exitFile(opening), ...opening.command];
}

async function start(tmux: ReturnType<typeof tmuxWith>, opening: Opening): Promise<void> {
  const { columns, rows } = { ...usual, ...opening };
  const size = ['-x', String(columns), '-y', String(rows)];
  // A pane whose program has ended stays, with its last screen and the exit code.
  const stays = ['set-option', '-g', 'remain-on-exit', 'on', ';'];
  await tmux(...stays, 'new-session', '-d', ...size, '-c', opening.cwd, '--', ...noting(opening));
}

/** Opens a real terminal, tmux's. `close` ends it and what runs in it. */
export async function openTerminal(opening: Opening): Promise<Terminal> {
  const tmux = tmuxWith(opening);
  rmSync(exitFile(opening), { force: true });
  await start(tmux, opening);
  const state = { closed: false };
  const told = (format: string): Promise<string> => tmux('display-message', '-p', `#{${format}}`);
  const screen = async (): Promise<string> =>
    (await tmux('capture-pane', '-p', '-J', ...all)).replaceAll(/ +$/gm, '').trimEnd();
  const inVain = (what: string) => async () =>
    new Error(`Waited in vain for ${what}. The screen:\n${await screen()}`);
  return {
    type: async (text) => void (await tmux('send-keys', '-l', '--', text)),
    press: async (...keys) => void (await tmux('send-keys', ...keys)),
    waitFor: (wanted) =>
      poll(
        async () => {
          const seen = await screen();
          return shows(seen, wanted) ? seen : undefined;
        },
        inVain(String(wanted)),
      ),
    screen,
    styled: () => tmux('capture-pane', '-p', '-e', ...all),
    cursorVisible: async () => (await told('cursor_flag')) === '1',
    ended: () =>
      poll(async () => {
        const file = exitFile(opening);
        const code = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
        return code === '' ? undefined : Number(code);
      }, inVain('the end')),
    close: async () => {
      // Closed already by the test itself, it is nothing to close.
      if (!state.closed) {
        state.closed = true;
        await tmux('kill-server');
      }
    },
  };
}
