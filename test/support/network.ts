import { execFileSync } from 'node:child_process';

/** A network namespace with its own address, whose cable can be pulled. */
export interface Network {
  address: string;
  /** The beginning of a command that runs inside. */
  inside: string[];
  setLink: (state: 'up' | 'down') => void;
  remove: () => void;
}

function ip(...words: string[]): void {
  execFileSync('ip', words, { stdio: 'pipe' });
}

/** @returns undefined if this user may not create one, or if the system has no such thing */
export function createNetwork(): Network | undefined {
  const name = `t${process.pid}`;
  const [here, there] = [`${name}a`, `${name}b`];
  const subnet = `10.213.${process.pid % 256}`;
  const inside = ['ip', 'netns', 'exec', name];
  const remove = (): void => ip('netns', 'delete', name);
  try {
    ip('netns', 'add', name);
  } catch {
    return undefined;
  }
  try {
    ip('link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', name);
    ip('address', 'add', `${subnet}.1/24`, 'dev', here);
    ip('link', 'set', here, 'up');
    ip('-n', name, 'address', 'add', `${subnet}.2/24`, 'dev', there);
    ip('-n', name, 'link', 'set', there, 'up');
  } catch {
    remove();
    return undefined;
  }
  const setLink = (state: 'up' | 'down'): void => ip('link', 'set', here, state);
  return { address: `${subnet}.2`, inside, setLink, remove };
}
