import { Mistakes } from '../src/mistakes.js';
import type { Settings } from '../src/settings.js';
import { issueByPackage, issuer } from './builtin.js';
import { howToInstall } from './installers.js';
import { issueByMkcert } from './mkcert.js';

/**
 * Makes a certificate for `hosts`, and its key: by mkcert where it is installed, else by the package
 * that made this project. Gives the exit code.
 *
 * @throws {Mistakes} when mkcert refuses, or a host is none.
 */
export function issue(settings: Settings, hosts: string[]): number {
  checkHosts(hosts);
  if (issueByMkcert(settings, hosts)) {
    console.log(`Made ${settings.CERT_KEY} and ${settings.PRIV_KEY} for ${hosts.join(', ')}.`);
    console.log(`To see which clients of this machine trust them: npx ${issuer()} certs`);
    console.log(`To have its browsers trust them: npx ${issuer()} certs --install`);
    return 0;
  }
  const code = issueByPackage(hosts);
  if (code !== 0) console.error(otherWay(code));
  return code;
}

/** They become arguments of programs, on Windows of a shell: so they are names and addresses alone. */
function checkHosts(hosts: string[]): void {
  const strange = hosts.filter((host) => !/^[\w:*][\w.:*-]*$/.test(host));
  const advice = 'Correct the script "certs" in package.json.';
  const lines = strange.map((host) => `"${host}" is neither a name nor an address. ${advice}`);
  if (lines.length > 0) throw new Mistakes(lines);
}

function otherWay(code: number): string {
  return [
    `That ended with exit code ${code}, and no certificate was made. With mkcert there is one, too:`,
    `  ${howToInstall()}`,
    '  mkcert -install',
    '  npm run certs',
  ].join('\n');
}
