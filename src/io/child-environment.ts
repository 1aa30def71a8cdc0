import {
  isPackageManager,
  isInstallSetting,
  packageManagers,
} from '../options/package-managers.js';
import { isPathName, searchedFolders, surroundings, type Surroundings } from './programs.js';

export type Variables = Record<string, string | undefined>;

/**
 * What `git rev-parse --local-env-vars` lists: in a git hook, these would send commands to the wrong
 * repository. A repository that receives a push also forbids commits (`GIT_QUARANTINE_PATH`).
 */
export const repositoryVariables = [
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_COMMON_DIR',
  'GIT_CONFIG',
  'GIT_CONFIG_COUNT',
  'GIT_CONFIG_PARAMETERS',
  'GIT_DIR',
  'GIT_GRAFT_FILE',
  'GIT_IMPLICIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_INTERNAL_SUPER_PREFIX',
  'GIT_NO_REPLACE_OBJECTS',
  'GIT_OBJECT_DIRECTORY',
  'GIT_PREFIX',
  'GIT_QUARANTINE_PATH',
  'GIT_REPLACE_REF_BASE',
  'GIT_SHALLOW_FILE',
  'GIT_WORK_TREE',
];

/** Variables for the children on Windows: cmd.exe would first look in the current folder. */
const onWindows: Variables = { NoDefaultCurrentDirectoryInExePath: '1' };

/**
 * The environment of a child: PATH as this process searches it, and nothing that sends git or an
 * install elsewhere.
 * @param program the name of the program
 * @param extra variables in addition
 */
export function childEnvironment(
  program: string,
  extra: Variables = {},
  around: Surroundings = surroundings(),
): Variables {
  const { env, platform } = around;
  const installs = isPackageManager(program);
  const kept = Object.entries(env).filter(
    ([name]) =>
      !isPathName(name, platform) &&
      !repositoryVariables.includes(name.toUpperCase()) &&
      !(installs && isInstallSetting(name)),
  );
  const folders = searchedFolders(program, around).join(platform === 'win32' ? ';' : ':');
  return {
    ...Object.fromEntries(kept),
    // An empty PATH would be the current folder; without one, systems search their own folders.
    ...(folders === '' ? {} : { PATH: folders }),
    ...(platform === 'win32' ? onWindows : {}),
    ...(installs ? packageManagers[program].variables : {}),
    ...extra,
  };
}
