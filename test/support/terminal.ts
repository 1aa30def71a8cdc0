import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../../src/io/programs.js';
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
  /** The complete environment of the program, except what tmux says about its terminal. */
  env: Environment;
  /**
   * A folder with a short path for the socket: the path of a socket is limited to about 100 bytes.
   */
  socketFolder: string;
}

/** A terminal with a program in it, used like by a person. */
export interface Terminal {
  type: (text: string) => Promise<void>;
  /** Keys by their names in tmux: `Enter`, `Down`, `C-c`. */
  press: (...keys: string[]) => Promise<void>;
  /** @returns the screen that contains the text or matches the pattern */
  waitFor: (wanted: string | RegExp) => Promise<string>;
  /** @returns the screen, with wrapped lines joined */
  screen: () => Promise<string>;
  /**
   * @param more flags of tmux's capture-pane: `-J` joins wrapped lines
   * @returns the screen with the escape sequences of its colours
   */
  styled: (...more: string[]) => Promise<string>;
  cursorVisible: () => Promise<boolean>;
  /** @returns the exit code of the program, once it has ended */
  ended: () => Promise<number>;
  close: () => Promise<void>;
}

/** From the first line on: the last output of a program moves up by one line when it has ended. */
const all = ['-S', '-'];

/** Milliseconds, enough to install packages on a busy machine. */
const patience = 200_000;
const pause = 40;
const usual: Size = { columns: 120, rows: 120 };

/** Retries until there is an answer, or until a timeout. */
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

/** Runs tmux with a separate server. Its environment becomes that of its panes. */
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

/** tmux does not always learn how a program ended, so a shell around it writes the exit code. */
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

/** Opens a real terminal, tmux's. `close` ends it and its programs. */
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
    styled: (...more) => tmux('capture-pane', '-p', '-e', ...more, ...all),
    cursorVisible: async () => (await told('cursor_flag')) === '1',
    ended: () =>
      poll(async () => {
        const file = exitFile(opening);
        const code = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
        return code === '' ? undefined : Number(code);
      }, inVain('the end')),
    close: async () => {
      // If the test itself has closed it, there is nothing to close.
      if (!state.closed) {
        state.closed = true;
        await tmux('kill-server');
      }
    },
  };
}
