/** @returns whether a version is newer than another, by the rules of semver */
export function isNewer(version: string, than: string): boolean {
  return version.localeCompare(than, 'en', { numeric: true }) > 0;
}
