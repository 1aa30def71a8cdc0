import type { Answers } from '../../options/answers.js';
import { features, isKept, type Placed } from '../../options/features.js';
import { optionNamed } from '../../options/options.js';

type Section = Record<string, string>;

/** The parts of a package.json that change; the rest stays as it is. */
interface PackageJson {
  scripts: Section;
  dependencies: Section;
  devDependencies: Section;
}

function keep(section: Section, kind: 'packages' | 'scripts', answers: Placed): Section {
  return Object.fromEntries(Object.entries(section).filter(([key]) => isKept(kind, key, answers)));
}

/** Names for a script line: sh and cmd both accept double quotes, and both expand a bare wildcard. */
function scriptWords(words: string[]): string {
  return words.map((word) => (word.includes('*') ? `"${word}"` : word)).join(' ');
}

/** The names in the templates: those of the default answers. */
function standardHosts(): string[] {
  const standard = optionNamed('hosts').default;
  return Array.isArray(standard) ? standard : [];
}

/** The names on the development certificate are arguments of the script that creates it. */
function withHosts(scripts: Section, { hosts = standardHosts() }: Pick<Answers, 'hosts'>): Section {
  const program = (scripts['certs'] ?? '').replace(standardHosts().join(' '), '').trimEnd();
  return { ...scripts, certs: `${program} ${scriptWords(hosts)}` };
}

function scriptsFor(scripts: Section, answers: Placed): Section {
  const on = features.filter((feature) => feature.on(answers));
  const renamed = Object.assign({}, ...on.map((feature) => feature.renamed ?? {}));
  const commands = Object.assign({}, ...on.map((feature) => feature.commands ?? {}));
  const kept = Object.entries(keep(scripts, 'scripts', answers));
  const named = kept.map(([key, line]) => [renamed[key] ?? key, commands[key] ?? line]);
  return withHosts(Object.fromEntries(named), answers);
}

/**
 * @param template the text of the templates' own package.json
 * @param name the project's name, one that npm accepts
 * @returns the text of the project's package.json
 */
export function packageJson(template: string, name: string, answers: Placed): string {
  const original: PackageJson = JSON.parse(template);
  const on = features.filter((feature) => feature.on(answers));
  const project = {
    ...original,
    name,
    scripts: scriptsFor(original.scripts, answers),
    dependencies: keep(original.dependencies, 'packages', answers),
    devDependencies: keep(original.devDependencies, 'packages', answers),
    ...Object.assign({}, ...on.map((feature) => feature.adds ?? {})),
  };
  return `${JSON.stringify(project, null, 2)}\n`;
}
