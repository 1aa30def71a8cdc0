import { sectionOf } from './changelog.js';

/** What package.json says about a release. */
export interface ReleaseManifest {
  version: string;
  repository: { url: string };
  bugs: { url: string; email: string };
}

/** The addresses of package.json that are only known once the repository has a home. */
function emptyAddresses({ repository, bugs }: ReleaseManifest): string[] {
  const addresses: [string, string][] = [
    ['repository.url', repository.url],
    ['bugs.url', bugs.url],
    ['bugs.email, for reports of vulnerabilities', bugs.email],
  ];
  return addresses.flatMap(([name, value]) =>
    value === '' ? [`package.json has no ${name}.`] : [],
  );
}

/**
 * @param tag the tag of the release; undefined if there is none yet
 * @returns what is still missing for a release, one sentence each
 */
export function missingForRelease(
  manifest: ReleaseManifest,
  { changelog, tag }: { changelog: string; tag: string | undefined },
): string[] {
  const { version } = manifest;
  const wrongTag = tag !== undefined && tag !== `v${version}`;
  const isDated = sectionOf(changelog, version)?.date !== undefined;
  return [
    ...emptyAddresses(manifest),
    ...(isDated ? [] : [`The changelog has no date for ${version}.`]),
    ...(wrongTag ? [`The tag ${tag} is not v${version}, the version in package.json.`] : []),
  ];
}
