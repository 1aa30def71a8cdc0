import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root, type Ended } from './cli.js';
import { drive, nodeFolderOf, wine } from './wine.js';

type Variables = Record<string, string | undefined>;

/** How a program runs on Windows. */
interface Call {
  /** The Windows path of the folder in which it runs. By default, the room's `work`. */
  cwd?: string;
  /** Variables in addition to the room's; undefined removes one. */
  env?: Variables;
  /** Windows paths of folders at the start of PATH. */
  path?: string[];
  /** A server that runs meanwhile, in the same folder. */
  server?: { command: string[]; port: number };
}

/** A separate home and working folder in Windows, with the built program. */
export interface WindowsRoom {
  /** A path in the room, as Linux names it. */
  at: (...parts: string[]) => string;
  /** The same, as Windows names it. */
  path: (...parts: string[]) => string;
  /** The major release of its Node.js, and the Windows paths of its folder and node.exe. */
  release: number;
  nodeFolder: string;
  node: string;
  run: (command: string[], call?: Call) => Promise<Ended>;
  /** Runs the built program. */
  cli: (args: string[], call?: Call) => Promise<Ended>;
  remove: () => void;
}

const limitMs = 600_000;

/** @returns the path by which Windows reaches a file of Linux */
export function onZ(path: string): string {
  return `Z:${path.replaceAll('/', '\\')}`;
}

/** @returns an empty room; `remove` it after the test */
export function windowsRoom(release: number): WindowsRoom {
  const rooms = join(drive, 'Rooms');
  mkdirSync(rooms, { recursive: true });
  const folder = mkdtempSync(join(rooms, 'room-'));
  const at = (...parts: string[]): string => join(folder, ...parts);
  const path = (...parts: string[]): string =>
    ['C:', 'Rooms', basename(folder), ...parts].join('\\');
  for (const name of ['work', 'home/AppData/Local', 'home/AppData/Roaming', 'temp', 'calls']) {
    mkdirSync(at(name), { recursive: true });
  }
  cpSync(join(root, 'dist'), at('program/dist'), { recursive: true });
  cpSync(join(root, 'package.json'), at('program/package.json'));
  const nodeFolder = nodeFolderOf(release);
  const node = `${nodeFolder}\\node.exe`;
  const state = { calls: 0 };

  async function run(command: string[], call: Call = {}): Promise<Ended> {
    state.calls += 1;
    const name = `${state.calls}.json`;
    const folders = [...(call.path ?? []), nodeFolder, 'C:\\windows\\system32'];
    const env = {
      USERPROFILE: path('home'),
      APPDATA: path('home', 'AppData', 'Roaming'),
      LOCALAPPDATA: path('home', 'AppData', 'Local'),
      TEMP: path('temp'),
      TMP: path('temp'),
      PATH: folders.join(';'),
      npm_config_update_notifier: 'false',
      ...call.env,
    };
    const { server } = call;
    const spec = { command, cwd: call.cwd ?? path('work'), env, server, limitMs };
    writeFileSync(at('calls', name), JSON.stringify(spec));
    const script = onZ(join(import.meta.dirname, 'in-windows.mjs'));
    await wine([node, script, path('calls', name)], limitMs + 30_000);
    return JSON.parse(readFileSync(at('calls', `${name}.ended`), 'utf8'));
  }

  return {
    at,
    path,
    release,
    nodeFolder,
    node,
    run,
    cli: (args, call) => run([node, path('program', 'dist', 'cli.js'), ...args], call),
    remove: () => rmSync(folder, { recursive: true }),
  };
}
