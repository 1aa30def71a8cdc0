import type { TrustState } from './rows.js';
import type { Evidence, Tools } from './evidence.js';

type Tool = 'mkcert' | 'certutil';

/** @returns the command that installs these programs, where the system is known to have them all */
export function installCommand(wanted: Tool[], { packages }: Tools): string[] | undefined {
  const names = wanted.flatMap((tool) => packages?.[tool] ?? []);
  return packages === undefined || names.length < wanted.length
    ? undefined
    : [...packages.words, ...names];
}

/** @returns the command that installs a program, or nothing where it is there or none is known */
export function getting(tool: Tool, tools: Tools): string[][] {
  const install = tools[tool] ? undefined : installCommand([tool], tools);
  return install === undefined ? [] : [install];
}

/** @returns the words of a command that only root may run */
export function asRoot(words: string[], { root }: Tools): string[] {
  return root ? words : ['sudo', ...words];
}

/** @returns whether mkcert is told to leave a kind of store as it is */
export function isLeftOut(kind: 'system' | 'nss', { only }: Pick<Evidence, 'only'>): boolean {
  return only !== undefined && !only.includes(kind);
}

/** @returns what it means that a store holds the CA, does not, or could not be asked */
export function stateOf(holds: boolean | undefined): TrustState {
  if (holds === undefined) {
    return 'unknown';
  }
  return holds ? 'trusted' : 'not-trusted';
}

export const leftOut = 'TRUST_STORES tells mkcert to leave it: unset that to have the CA added.';
