/** One version in a changelog (keepachangelog.com). */
export interface Section {
  /** `Unreleased`, or a version. */
  name: string;
  /** As written; undefined if the version has not been released. */
  date: string | undefined;
  text: string;
}

const heading = /^## \[(.+?)\](?: - (\d{4}-\d\d-\d\d))?.*$/m;

/** @returns the sections of a changelog, the newest first */
export function sectionsOf(changelog: string): Section[] {
  const [, ...parts] = changelog.split(/^(?=## \[)/m);
  return parts.map((part) => {
    const [head = '', name = '', date] = heading.exec(part) ?? [];
    return { name, date, text: part.slice(head.length).trim() };
  });
}

/** @returns the section of a version; undefined if there is none */
export function sectionOf(changelog: string, version: string): Section | undefined {
  return sectionsOf(changelog).find(({ name }) => name === version);
}
