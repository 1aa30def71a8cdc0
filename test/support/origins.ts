import type { Answers } from '../../src/options/answers.js';

/** @returns the origins of a public deployment: the domain's first, without local ones */
export function publicOrigins({ domain, origins }: Answers): string[] {
  const local = /^https?:\/\/([a-z0-9._-]+\.)?(localhost\.?|127(\.\d+){3}|\[::1\])(:\d+)?$/;
  return [...new Set([`https://${domain}`, ...origins.filter((origin) => !local.test(origin))])];
}

/** @returns the origins that a service in a container allows: behind a proxy, the public one */
export function containerOrigins(answers: Answers): string[] {
  return answers.certSource === 'proxy' ? publicOrigins(answers) : answers.origins;
}
