import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { undoCommand } from '../../../src/update/report.js';
import {
  Projects,
  olderFiles,
  stateOf,
  theirFiles,
  type Files,
  type Older,
  type Project,
} from '../../support/older.js';

const projects = new Projects();
afterAll(() => projects.place.remove());

const theirs = theirFiles();
const ours = olderFiles();
const addresses = theirs['src/lib/addresses.ts'] ?? '';

function crlf(text: string): string {
  return text.replaceAll('\n', '\r\n');
}

/** @returns the files with CRLF, but for some */
function withCrlf(files: Files, but: string[] = []): Files {
  return Object.fromEntries(
    Object.entries(files).map(([path, text]) => [
      path,
      but.includes(path) ? text : crlf(String(text)),
    ]),
  );
}

/** The owner has deleted .gitattributes, which would decide. */
const { '.gitattributes': _attributes, ...withoutAttributes } = ours;

interface Case extends Older {
  prepare?: (project: Project) => void;
  /** Whether addresses.ts has CRLF in the work tree, and in the index. */
  work: boolean;
  index: boolean;
}

/** Checks everything out again, as a clone has it. */
function checkOutAgain({ git: run }: Project): void {
  run('rm', '-r', '--quiet', '--cached', '.');
  run('reset', '--hard', '--quiet');
}

const cases: Record<string, Case> = {
  'LF, with core.autocrlf': {
    committed: withoutAttributes,
    settings: ['core.autocrlf=true'],
    prepare: checkOutAgain,
    work: true,
    index: false,
  },
  'LF, with core.autocrlf and core.safecrlf': {
    committed: withoutAttributes,
    settings: ['core.autocrlf=true'],
    prepare: (project) => {
      checkOutAgain(project);
      project.git('config', 'core.safecrlf', 'true');
    },
    work: true,
    index: false,
  },
  'LF, with eol=crlf': {
    committed: { ...ours, '.gitattributes': '* text=auto eol=crlf\n' },
    prepare: (project) => {
      project.commit({ '.gitattributes': '* text=auto eol=crlf\n# Mine\n' });
      checkOutAgain(project);
    },
    work: true,
    index: false,
  },
  'LF, with eol=crlf in .git/info/attributes': {
    committed: withoutAttributes,
    prepare: (project) => {
      mkdirSync(join(project.top, '.git/info'), { recursive: true });
      writeFileSync(join(project.top, '.git/info/attributes'), '*.ts text eol=crlf\n');
      checkOutAgain(project);
    },
    work: true,
    index: false,
  },
  'CRLF, without attributes': {
    committed: withCrlf(withoutAttributes),
    work: true,
    index: true,
  },
  'CRLF but for one file, without attributes': {
    committed: withCrlf(withoutAttributes, ['src/lib/addresses.ts']),
    work: false,
    index: false,
  },
  'CRLF, with text=auto added later': {
    committed: withCrlf(withoutAttributes),
    prepare: (project) => project.commit({ '.gitattributes': '* text=auto\n' }),
    work: true,
    index: true,
  },
  'CRLF, with text=auto added later, and renormalized': {
    committed: withCrlf(withoutAttributes),
    prepare: (project) => {
      project.commit({ '.gitattributes': '* text=auto\n' });
      project.git('add', '--renormalize', '.');
      project.git('commit', '--quiet', '--allow-empty', '--message=Renormalize');
      checkOutAgain(project);
    },
    work: false,
    index: false,
  },
};

function isCrlf(text: string): boolean {
  return text.includes('\r\n');
}

describe('line ends of a project', () => {
  it.concurrent.each(Object.entries(cases))('%s', async (_name, row) => {
    const project = await projects.make(row);
    row.prepare?.(project);
    const before = stateOf(project);
    const { code, stdout, stderr } = await project.update();
    expect([stderr, stdout, code]).toEqual([
      '',
      expect.not.stringContaining('Conflict'),
      expect.any(Number),
    ]);
    const text = readFileSync(join(project.folder, 'src/lib/addresses.ts'), 'utf8');
    expect(text.replaceAll('\r\n', '\n')).toBe(addresses);
    const staged = project.git('show', ':src/lib/addresses.ts');
    expect([isCrlf(text), isCrlf(staged)]).toEqual([row.work, row.index]);
    expect(project.git('diff', '--stat')).toBe('');
    const count = Number(project.git('diff', '--cached', '--name-only').split('\n').length);
    expect(count).toBeLessThan(10);
    project.git(...undoCommand.slice(1));
    expect(stateOf(project)).toEqual(before);
  });

  it('CRLF, with an edit of the owner', async () => {
    const committed = withCrlf(withoutAttributes);
    const project = await projects.make({ committed });
    const path = join(project.folder, 'src/lib/addresses.ts');
    writeFileSync(path, `${readFileSync(path, 'utf8')}// Mine.\r\n`);
    project.commit();
    expect((await project.update()).code).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe(crlf(`${addresses}// Mine.\n`));
  });

  it('mixed ones in one file stay where the owner has them', async () => {
    const path = 'src/lib/addresses.ts';
    const mixed = `${String(ours[path])}// Mine.\r\n`;
    const project = await projects.make({
      committed: { ...withoutAttributes, [path]: mixed },
    });
    expect((await project.update()).code).toBe(0);
    expect(readFileSync(join(project.folder, path), 'utf8')).toBe(`${addresses}// Mine.\r\n`);
  });
});

describe('a filter of the owner, such as LFS', () => {
  const attributes = '* text=auto eol=lf\n*.svg filter=lfs diff=lfs merge=lfs -text\n';
  const base = { ...ours, 'public/icon.svg': '<svg>old</svg>\n' };

  /** Stands in for git-lfs: the repository has a pointer, the contents are elsewhere. */
  async function withFilter(): Promise<Project> {
    const project = await projects.make({ files: base, committed: {} });
    const store = `${project.top}.lfs`;
    mkdirSync(store);
    const scripts = {
      clean: `f=$(mktemp); cat >"$f"; h=$(sha256sum <"$f" | cut -c1-64); mv "$f" "${store}/$h"; echo "pointer $h"`,
      smudge: `read word h; [ "$word" = pointer ] && cat "${store}/$h"`,
    };
    for (const [name, script] of Object.entries(scripts)) {
      const path = join(store, name);
      writeFileSync(path, `#!/bin/sh\n${script}\n`);
      chmodSync(path, 0o755);
      project.git('config', `filter.lfs.${name}`, path);
    }
    project.git('config', 'filter.lfs.required', 'true');
    project.commit({ ...base, '.gitattributes': attributes });
    return project;
  }

  it('takes nothing from an untouched file', async () => {
    const project = await withFilter();
    expect(project.git('show', 'HEAD:public/icon.svg')).toMatch(/^pointer /);
    const before = stateOf(project);
    const { code, stdout, stderr } = await project.update();
    expect([stderr, stdout, code]).toEqual(['', expect.not.stringContaining('Conflict'), 0]);
    expect(readFileSync(join(project.folder, 'public/icon.svg'), 'utf8')).toBe(
      theirs['public/icon.svg'],
    );
    expect(project.git('show', ':public/icon.svg')).toMatch(/^pointer /);
    expect(project.git('diff', '--stat')).toBe('');
    project.git(...undoCommand.slice(1));
    expect(stateOf(project)).toEqual(before);
  });

  it('leaves an edited file to its owner', async () => {
    const project = await withFilter();
    project.commit({ 'public/icon.svg': '<svg>mine</svg>\n' });
    const before = stateOf(project);
    const { code, stdout } = await project.update();
    expect([code, stdout]).toEqual([1, expect.stringContaining('public/icon.svg')]);
    expect(readFileSync(join(project.folder, 'public/icon.svg'), 'utf8')).toBe('<svg>mine</svg>\n');
    project.git(...undoCommand.slice(1));
    expect(stateOf(project)).toEqual(before);
  });
});
