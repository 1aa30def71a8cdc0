import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { chownSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { undoCommand } from '../../../src/update/report.js';
import {
  Projects,
  olderFiles,
  put,
  snapshot,
  stateOf,
  theirFiles,
  type Older,
  type Project,
} from '../../support/older.js';
import { sampleOf } from '../../support/sample.js';
import { git } from '../../support/updating.js';

const projects = new Projects();
afterAll(() => projects.place.remove());

interface State extends Older {
  /** Brings the repository into its state. It may return another project. */
  prepare?: (project: Project) => Project | void;
  code: number;
  says?: string[];
  /** What is true afterwards. */
  check?: (project: Project) => void;
}

const theirs = theirFiles();
const readme = 'README.md';
const ours = olderFiles();

/** Commits a change on a branch, and another one of the same line on main. */
function twoBranches({ git: run, commit }: Project, path: string): void {
  run('checkout', '--quiet', '-b', 'other');
  commit({ [path]: 'Other\n' });
  run('checkout', '--quiet', 'main');
  commit({ [path]: 'Main\n' });
}

/** Runs git, which may fail. */
function attempt(project: Project, ...args: string[]): void {
  try {
    project.git('-c', 'core.editor=true', ...args);
  } catch {
    // It stops at a conflict.
  }
}

/** A branch whose commit does not conflict, so that git stops only since it is told to. */
function oneBranch({ git: run, commit }: Project): void {
  run('checkout', '--quiet', '-b', 'other');
  commit({ 'beside/x': 'x\n' });
  run('checkout', '--quiet', 'main');
  commit({ 'beside/y': 'y\n' });
}

/** The same project at another place. */
function at(project: Project, folder: string, top = folder): Project {
  return {
    ...project,
    top,
    folder,
    git: (...args) => git(project.place, folder, ...args),
    update: (...args) => projects.run({ ...project, folder }, ...args),
  };
}

const inTheWay = { code: 2, says: ['not committed'] };

const refused: Record<string, State> = {
  'no repository': {
    prepare: ({ top }) => rmSync(join(top, '.git'), { recursive: true }),
    code: 2,
    says: ['not in a git repository', 'git init'],
  },
  'no commit yet': {
    prepare: ({ top, git: run }) => {
      rmSync(join(top, '.git'), { recursive: true });
      run('init', '--quiet');
    },
    code: 2,
    says: ['Commit the project first'],
  },
  'a project that is not committed': {
    inside: 'services/chat',
    prepare: ({ git: run }) => {
      run('rm', '-r', '--quiet', '--cached', '.');
      run('commit', '--quiet', '--allow-empty', '--message=Without');
    },
    code: 2,
    says: ['Commit the project first'],
  },
  'a bare repository above': {
    prepare: ({ git: run }) => void run('config', 'core.bare', 'true'),
    code: 2,
  },
  'a changed file': { prepare: ({ folder }) => put(folder, { [readme]: 'Mine\n' }), ...inTheWay },
  'a staged file': {
    prepare: ({ folder, git: run }) => {
      put(folder, { 'src/own.ts': '// Mine\n' });
      run('add', '.');
    },
    ...inTheWay,
  },
  'a deleted file': { prepare: ({ folder }) => rmSync(join(folder, readme)), ...inTheWay },
  'a file with another mode': {
    prepare: ({ folder }) => chmodSync(join(folder, readme), 0o755),
    ...inTheWay,
  },
  'a changed file with skip-worktree': {
    prepare: ({ folder, git: run }) => {
      run('update-index', '--skip-worktree', readme);
      put(folder, { [readme]: 'Mine\n' });
    },
    ...inTheWay,
  },
  'a changed file with assume-unchanged': {
    prepare: ({ folder, git: run }) => {
      run('update-index', '--assume-unchanged', readme);
      put(folder, { [readme]: 'Mine\n' });
    },
    ...inTheWay,
  },
  'a changed file with assume-unchanged below a folder, with an odd name': {
    inside: 'a "b"/fünf',
    prepare: ({ folder, git: run }) => {
      run('update-index', '--assume-unchanged', readme);
      put(folder, { [readme]: 'Mine\n' });
    },
    ...inTheWay,
  },
  'a file with skip-worktree that became a link': {
    prepare: ({ folder, top, git: run }) => {
      run('update-index', '--skip-worktree', readme);
      renameSync(join(folder, readme), join(top, '../readme'));
      symlinkSync('../readme', join(folder, readme));
    },
    ...inTheWay,
  },
  'a file with assume-unchanged that may be run now': {
    prepare: ({ folder, git: run }) => {
      run('update-index', '--assume-unchanged', readme);
      chmodSync(join(folder, readme), 0o755);
    },
    ...inTheWay,
  },
  'a sparse checkout without a folder of the project': {
    prepare: ({ git: run }) => {
      run('sparse-checkout', 'init', '--cone');
      run('sparse-checkout', 'set', 'src');
    },
    code: 2,
    says: ['git sparse-checkout add'],
  },
  'a sparse checkout without a file of the project': {
    prepare: ({ git: run }) => {
      run('sparse-checkout', 'init', '--no-cone');
      run('sparse-checkout', 'set', '--no-cone', '/*', '!/tsconfig.json');
    },
    code: 2,
    says: ['tsconfig.json', 'git sparse-checkout add'],
  },
  'a merge in progress': {
    inside: 'chat',
    prepare: (project) => {
      oneBranch(project);
      project.git('merge', '--no-commit', '--quiet', 'other');
    },
    code: 2,
    says: ['A merge is in progress'],
  },
  'a merge elsewhere, with conflicts': {
    inside: 'chat',
    prepare: (project) => {
      twoBranches(project, '../other/x');
      attempt(project, 'merge', 'other');
    },
    code: 2,
    says: ['A merge is in progress'],
  },
  'a cherry-pick in progress': {
    inside: 'chat',
    prepare: (project) => {
      twoBranches(project, '../other/x');
      attempt(project, 'cherry-pick', 'other');
    },
    code: 2,
    says: ['A cherry-pick is in progress'],
  },
  'a revert in progress': {
    inside: 'chat',
    prepare: (project) => {
      twoBranches(project, '../other/x');
      project.commit({ '../other/x': 'Later\n' });
      attempt(project, 'revert', 'HEAD~1');
    },
    code: 2,
    says: ['A revert is in progress'],
  },
  'a rebase in progress': {
    inside: 'chat',
    prepare: (project) => {
      twoBranches(project, '../other/x');
      attempt(project, 'rebase', 'other');
    },
    code: 2,
    says: ['A rebase is in progress'],
  },
  'a rebase by patches in progress': {
    inside: 'chat',
    prepare: (project) => {
      twoBranches(project, '../other/x');
      attempt(project, 'rebase', '--apply', 'other');
    },
    code: 2,
    says: ['A rebase is in progress'],
  },
  'a merge in progress in a worktree': {
    prepare: (project) => {
      const folder = `${project.top}-tree`;
      oneBranch(project);
      project.git('worktree', 'add', '--quiet', '-b', 'third', folder, 'main');
      const tree = at(project, folder);
      tree.git('merge', '--no-commit', '--quiet', 'other');
      return tree;
    },
    code: 2,
    says: ['A merge is in progress'],
  },
  'unmerged entries elsewhere': {
    inside: 'chat',
    prepare: (project) => {
      twoBranches(project, '../other/x');
      project.git('checkout', '--quiet', 'other');
      put(project.top, { 'other/x': 'Mine\n' });
      project.git('stash', 'push', '--quiet');
      project.git('checkout', '--quiet', 'main');
      attempt(project, 'stash', 'pop');
    },
    code: 2,
    says: ['Conflicts are not resolved', 'other/x'],
  },
  'a locked index': {
    prepare: ({ top }) => put(top, { '.git/index.lock': '' }),
    code: 2,
    says: ['locked', 'index.lock'],
  },
  'an interrupted update of another project': {
    inside: 'services/chat',
    prepare: ({ top }) => {
      const journal = {
        journal: 1,
        pid: 2 ** 22 + 1,
        prefix: 'services/other/',
        changes: [],
        index: '',
      };
      put(top, { '.git/create-fastify-wss-update.json': JSON.stringify(journal) });
    },
    code: 2,
    says: ['another project', 'services/other'],
  },
};

/** Settings of the owner, none of which may count. */
const ownSettings = [
  'merge.renames=false',
  'diff.renames=false',
  'merge.renameLimit=1',
  'merge.directoryRenames=true',
  'merge.conflictStyle=diff3',
  'merge.default=own',
  'merge.own.driver=touch ran-driver; false',
  'core.autocrlf=input',
  'core.safecrlf=true',
  'core.quotePath=true',
  'core.fsmonitor=touch ran-monitor',
  'color.ui=always',
  'core.pager=false',
  'commit.gpgSign=true',
  'gpg.program=false',
  'user.useConfigOnly=true',
  'status.showUntrackedFiles=all',
  'status.relativePaths=false',
  'diff.external=false',
  'diff.noprefix=true',
  'submodule.recurse=true',
  'core.untrackedCache=true',
  'index.version=4',
  'core.splitIndex=true',
  'feature.manyFiles=true',
  'core.sharedRepository=group',
];

const updated: Record<string, State> = {
  'a plain repository': { code: 0 },
  'settings of the owner': {
    prepare: ({ git: run }) =>
      ownSettings.forEach((setting) => {
        const [name = '', value = ''] = setting.split(/=(.*)/s);
        run('config', name, value);
      }),
    code: 0,
    check: (project) => {
      nothingRan(project);
      project.git('config', '--unset', 'core.fsmonitor');
    },
  },
  'settings of the user': {
    prepare: (project) => {
      const text = ownSettings.map((setting) => {
        const [name = '', value = ''] = setting.split(/=(.*)/s);
        const parts = name.split('.');
        return `[${parts[0]}${parts.length > 2 ? ` "${parts[1]}"` : ''}]\n${parts.at(-1)} = "${value}"\n`;
      });
      const file = `${project.top}.config`;
      writeFileSync(file, text.join(''));
      project.env['GIT_CONFIG_GLOBAL'] = file;
    },
    code: 0,
    check: nothingRan,
  },
  'failing hooks': {
    prepare: ({ top }) => {
      const hooks = join(top, '.git/hooks');
      mkdirSync(hooks, { recursive: true });
      for (const name of ['pre-commit', 'post-index-change', 'pre-merge-commit']) {
        const text = `#!/bin/sh\ntouch "${top}/ran-hook"\nexit 1\n`;
        writeFileSync(join(hooks, name), text, { mode: 0o755 });
      }
    },
    code: 0,
    check: (project) => {
      nothingRan(project);
      rmSync(join(project.top, '.git/hooks'), { recursive: true });
    },
  },
  'no identity': {
    prepare: ({ env }) => void (env['EMAIL'] = ''),
    settings: ['user.useConfigOnly=true'],
    code: 0,
  },
  'variables of a hook': {
    prepare: ({ top, env }) =>
      void Object.assign(env, {
        GIT_DIR: join(top, 'no/.git'),
        GIT_WORK_TREE: join(top, 'no'),
        GIT_INDEX_FILE: join(top, 'no/index'),
        GIT_OBJECT_DIRECTORY: join(top, 'no/objects'),
        GIT_PREFIX: 'no/',
        GIT_CONFIG_PARAMETERS: "'merge.renames=false'",
      }),
    code: 0,
  },
  'variables of git that change what it prints': {
    prepare: ({ env }) =>
      void Object.assign(env, {
        GIT_TRACE: '1',
        GIT_LITERAL_PATHSPECS: '1',
        GIT_ICASE_PATHSPECS: '',
        GIT_EXTERNAL_DIFF: 'false',
        GIT_DIFF_OPTS: '--unified=0',
        GIT_PAGER: 'false',
        GIT_DEFAULT_HASH: 'sha256',
        GIT_MERGE_VERBOSITY: '5',
        LC_ALL: 'de_DE.UTF-8',
        LANGUAGE: 'de',
      }),
    code: 0,
  },
  'a detached HEAD': {
    prepare: ({ git: run }) => void run('checkout', '--quiet', '--detach'),
    code: 0,
  },
  'a worktree': {
    prepare: (project) => {
      const folder = `${project.top}-tree`;
      project.git('worktree', 'add', '--quiet', '-b', 'other', folder);
      return at(project, folder);
    },
    code: 0,
  },
  'a worktree of a bare repository': {
    prepare: (project) => {
      const [bare, folder] = [`${project.top}.git`, `${project.top}-tree`];
      git(project.place, dirname(bare), 'clone', '--quiet', '--bare', project.top, bare);
      git(project.place, bare, 'worktree', 'add', '--quiet', folder, 'main');
      return at(project, folder);
    },
    code: 0,
  },
  'a git directory elsewhere': {
    prepare: ({ git: run, top }) =>
      void run('init', '--quiet', `--separate-git-dir=${top}.elsewhere`),
    code: 0,
  },
  'a shallow clone': {
    prepare: (project) => {
      const folder = `${project.top}-clone`;
      project.commit({ 'src/own.ts': '// Mine\n' });
      clone(project, folder, '--depth=1');
      return at(project, folder);
    },
    code: 0,
  },
  'a clone without blobs, and without its server': {
    prepare: (project) => {
      const folder = `${project.top}-clone`;
      project.git('config', 'uploadpack.allowFilter', 'true');
      project.commit({ 'src/own.ts': '// Mine\n' });
      project.commit({ 'src/own.ts': '// Mine now\n' });
      clone(project, folder, '--filter=blob:none');
      renameSync(project.top, `${project.top}-gone`);
      return at(project, folder);
    },
    code: 0,
  },
  'a clone that borrows its objects': {
    prepare: (project) => {
      const folder = `${project.top}-clone`;
      git(project.place, dirname(folder), 'clone', '--quiet', '--shared', project.top, folder);
      return at(project, folder);
    },
    code: 0,
  },
  'packed objects and refs': {
    prepare: ({ git: run }) => {
      run('gc', '--quiet');
      run('pack-refs', '--all');
    },
    code: 0,
  },
  'SHA-256': { init: ['--object-format=sha256'], code: 0 },
  'SHA-256, in a folder': { init: ['--object-format=sha256'], inside: 'services/chat', code: 0 },
  'a split index': {
    prepare: ({ git: run }) => void run('update-index', '--split-index'),
    code: 0,
  },
  'a sparse checkout that has the project': {
    inside: 'services/chat',
    beside: { 'other/x': 'x\n', 'services/y': 'y\n' },
    prepare: ({ top, place }) => {
      git(place, top, 'sparse-checkout', 'init', '--cone');
      git(place, top, 'sparse-checkout', 'set', 'services/chat');
    },
    code: 0,
    check: ({ top }) => expect(existsSync(join(top, 'other'))).toBe(false),
  },
  'an unchanged file with skip-worktree': {
    prepare: ({ git: run }) => void run('update-index', '--skip-worktree', readme),
    code: 0,
  },
  'an unchanged file with assume-unchanged': {
    prepare: ({ git: run }) => void run('update-index', '--assume-unchanged', readme),
    code: 0,
  },
  'a folder of a large repository': {
    inside: 'services/chat',
    beside: Object.fromEntries(
      Array.from({ length: 3000 }, (_, index) => [`many/${index % 50}/${index}`, `${index}`]),
    ),
    code: 0,
  },
  'a folder with an odd name': { inside: 'a "b"/двa слова/fünf [x]*', code: 0 },
  'a folder whose name begins with a colon': { inside: ':(top)/-x', code: 0 },
  'changes in other folders': {
    inside: 'services/chat',
    beside: { 'services/other/a': 'a\n', 'services/chat2/b': 'b\n', c: 'c\n' },
    prepare: ({ top, git: run }) => {
      put(top, {
        'services/other/a': 'changed\n',
        'services/chat2/b': 'staged\n',
        'services/new': '',
      });
      run('add', join(top, 'services/chat2/b'));
      rmSync(join(top, 'c'));
    },
    code: 0,
    check: ({ git: run, top }) => {
      expect(
        run(
          '-C',
          top,
          'status',
          '--porcelain',
          '--',
          'c',
          'services/other',
          'services/chat2',
          'services/new',
        ),
      ).toBe(' D c\nM  services/chat2/b\n M services/other/a\n?? services/new\n');
    },
  },
  'a lookalike of each file in another folder': {
    inside: 'services/chat',
    beside: Object.fromEntries(
      Object.entries(ours).map(([path, text]) => [`services/copy/${path}`, text]),
    ),
    code: 0,
    check: ({ git: run }) => expect(run('status', '--porcelain', '../copy')).toBe(''),
  },
  'a submodule beside the project': {
    inside: 'chat',
    prepare: (project) => addSubmodule(project, 'beside', project.top),
    code: 0,
  },
  'a submodule in the project': {
    prepare: (project) => {
      addSubmodule(project, 'vendor/lib', project.folder);
      put(project.folder, { 'vendor/lib/file': 'changed\n', 'vendor/lib/new': '' });
    },
    code: 0,
    check: ({ folder }) =>
      expect(readFileSync(join(folder, 'vendor/lib/file'), 'utf8')).toBe('changed\n'),
  },
  'a project that is a submodule': {
    prepare: (project) => {
      const top = `${project.top}-above`;
      mkdirSync(top);
      git(project.place, top, 'init', '--quiet');
      const add = ['submodule', '--quiet', 'add', project.top, 'chat'];
      git(project.place, top, '-c', 'protocol.file.allow=always', ...add);
      return at(project, join(top, 'chat'));
    },
    code: 0,
  },
  'a repository in the project that nothing names': {
    prepare: ({ folder, place }) => {
      put(folder, { 'nested/file': 'x' });
      git(place, join(folder, 'nested'), 'init', '--quiet');
    },
    code: 0,
  },
  'attributes above that keep our side': {
    inside: 'services/chat',
    beside: { '.gitattributes': '*.md merge=ours\n', 'services/.gitattributes': '*.ts -merge\n' },
    settings: ['merge.ours.driver=true'],
    prepare: ({ commit }) =>
      commit({ 'src/lib/addresses.ts': `${String(ours['src/lib/addresses.ts'])}// Mine.\n` }),
    code: 1,
    says: ['src/lib/addresses.ts: both sides changed it; yours is kept'],
  },
  'attributes of the repository only': {
    prepare: ({ top, commit }) => {
      put(top, { '.git/info/attributes': 'src/lib/addresses.ts -merge\n' });
      commit({ 'src/lib/addresses.ts': `${String(ours['src/lib/addresses.ts'])}// Mine.\n` });
    },
    code: 1,
    says: ['src/lib/addresses.ts: both sides changed it; yours is kept'],
  },
  'a merge driver of the owner': {
    beside: { '.gitattributes': '* text=auto eol=lf\n*.ts merge=own\n' },
    committed: { ...ours, '.gitattributes': '* text=auto eol=lf\n*.ts merge=own\n' },
    settings: ['merge.own.driver=touch %P.ran-driver; exit 0'],
    prepare: ({ commit }) =>
      commit({ 'src/lib/addresses.ts': `${String(ours['src/lib/addresses.ts'])}// Mine.\n` }),
    code: 0,
    check: (project) => {
      nothingRan(project);
      expect(readFileSync(join(project.folder, 'src/lib/addresses.ts'), 'utf8')).toBe(
        `${theirs['src/lib/addresses.ts']}// Mine.\n`,
      );
    },
  },
  'a lock that vanishes soon': {
    prepare: ({ top }) => {
      const lock = join(top, '.git/index.lock');
      writeFileSync(lock, '');
      setTimeout(() => rmSync(lock), 600);
    },
    code: 0,
  },
  'a large .gitignore that ignores all': {
    committed: { ...ours, '.gitignore': '*\n' },
    prepare: ({ git: run }) => {
      run('add', '--force', '.');
      run('commit', '--quiet', '--message=All');
    },
    code: 0,
  },
  'objects that the next gc keeps': {
    code: 0,
    check: ({ git: run }) => {
      run('gc', '--quiet', '--prune=now');
      run('fsck', '--no-dangling', '--connectivity-only');
      run('diff', '--cached', '--stat');
    },
  },
};

function clone({ place, top }: Project, folder: string, ...flags: string[]): void {
  git(place, dirname(folder), 'clone', '--quiet', ...flags, `file://${top}`, folder);
}

function addSubmodule({ place, top, git: run }: Project, name: string, folder: string): void {
  const lib = `${top}-lib`;
  mkdirSync(lib);
  git(place, lib, 'init', '--quiet');
  put(lib, { file: 'text\n' });
  git(place, lib, 'add', '.');
  git(place, lib, 'commit', '--quiet', '--message=Lib');
  const add = ['submodule', '--quiet', 'add', lib, name];
  run('-C', folder, '-c', 'protocol.file.allow=always', ...add);
  run('commit', '--quiet', '--message=Submodule');
}

function nothingRan({ top }: Project): void {
  const names = readdirSync(top, { recursive: true, encoding: 'utf8' });
  expect(names.filter((name) => name.includes('ran-'))).toEqual([]);
}

describe('a repository that update refuses', () => {
  it.concurrent.each(sampleOf(Object.entries(refused), 8))('%s', async (_name, row) => {
    const made = await projects.make(row);
    const project = row.prepare?.(made) ?? made;
    const before = snapshot(project.top);
    const { code, stdout, stderr } = await project.update();
    expect([stderr, stdout, code]).toEqual([expect.any(String), '', row.code]);
    (row.says ?? []).forEach((text) => expect(stderr).toContain(text));
    expect(stderr).toContain('Nothing was written.');
    expect(snapshot(project.top)).toEqual(before);
  });

  it('belongs to another user', async () => {
    const project = await projects.make();
    const before = snapshot(project.top);
    project.git('config', '--local', 'core.x', 'y');
    chownSync(project.top, 65534, 65534);
    chownSync(join(project.top, '.git'), 65534, 65534);
    const { code, stderr } = await project.update();
    expect([code, stderr]).toEqual([2, expect.stringContaining('dubious ownership')]);
    expect(stderr).toContain('safe.directory');
    expect(snapshot(project.top)).toEqual(before);
    expect(
      execFileSync('git', ['config', '--list'], {
        cwd: '/',
        encoding: 'utf8',
        env: { ...process.env, ...project.place.env },
      }),
    ).not.toContain('safe.directory');
  });
});

describe('a repository that update works in', () => {
  it.concurrent.each(sampleOf(Object.entries(updated), 10))('%s', async (_name, row) => {
    const made = await projects.make(row);
    const project = row.prepare?.(made) ?? made;
    const before = stateOf(project);
    const head = project.git('rev-parse', 'HEAD');
    const { code, stdout, stderr } = await project.update();
    expect([stderr, code]).toEqual(['', row.code]);
    (row.says ?? []).forEach((text) => expect(stdout).toContain(text));
    row.check?.(project);
    const text = readFileSync(join(project.folder, readme), 'utf8');
    expect(text).not.toContain('Old.');
    expect(readFileSync(join(project.folder, 'src/lib/log.ts'), 'utf8')).toBe(
      theirs['src/lib/log.ts'],
    );
    expect(existsSync(join(project.folder, 'src/lib/dropped.ts'))).toBe(false);
    expect(project.git('rev-parse', 'HEAD')).toBe(head);
    project.git(...undoCommand.slice(1));
    expect(stateOf(project)).toEqual(before);
  });
});
