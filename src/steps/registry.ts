import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { packageManagers, type PackageManager } from '../options/package-managers.js';
import { run } from '../io/run.js';
import { errorCode } from '../io/system-errors.js';

interface Asking {
  packageManager: PackageManager;
  /** The project, whose files may name a registry. */
  directory: string;
  cancel: AbortSignal;
}

const settingLimitMs = 5000;
const answerLimitSeconds = 8;

function urlsIn(text: string): URL[] {
  const found = text.match(/https?:\/\/[^\s"']+/g) ?? [];
  return found.flatMap((url) => {
    try {
      return [new URL(url)];
    } catch {
      // The package manager will refuse it.
      return [];
    }
  });
}

/** The registry and the proxies in the package manager's own settings. */
async function configured({ packageManager, directory, cancel }: Asking): Promise<URL[]> {
  for (const command of packageManagers[packageManager].registry) {
    const wanted = { command, cwd: directory, output: 'captured', cancel } as const;
    // oxlint-disable-next-line no-await-in-loop -- the second name only where the first is unknown
    const { stdout } = await run({ ...wanted, timeout: settingLimitMs });
    const urls = urlsIn(stdout);
    if (urls.length > 0) {
      return /^offline=true$/m.test(stdout) ? [] : urls;
    }
  }
  return [];
}

/** The proxies that the environment names, and whether some hosts are reached without them. */
function proxiesOfEnvironment(): { proxies: URL[]; exceptions: boolean } {
  const named = Object.entries(process.env).map(([name, value]) => [name.toLowerCase(), value]);
  const valueOf = (wanted: string): string =>
    named.find(([name, value]) => name === wanted && value !== '')?.[1] ?? '';
  const variables = ['https_proxy', 'http_proxy', 'all_proxy'];
  return {
    proxies: urlsIn(variables.map((name) => valueOf(name)).join(' ')),
    exceptions: valueOf('no_proxy') !== '' || valueOf('npm_config_noproxy') !== '',
  };
}

/** Errors of the network; after any other error, such as for a certificate, a server is there. */
const silent =
  /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN)$/;
/** The answers of a proxy whose upstream does not answer. */
const gone = [502, 503, 504];

/** @returns why there is no answer at a URL; undefined if there is one */
function whySilent(url: URL, cancel: AbortSignal): Promise<string | undefined> {
  const limit = AbortSignal.timeout(answerLimitSeconds * 1000);
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve) => {
    const request = send(url, { method: 'HEAD', signal: AbortSignal.any([limit, cancel]) });
    request.once('response', ({ statusCode = 0 }) => {
      request.destroy();
      resolve(gone.includes(statusCode) ? `HTTP status ${statusCode}` : undefined);
    });
    request.end();
    request.on('error', (error) => {
      const code = errorCode(error) ?? '';
      const late = limit.aborted ? `nothing for ${answerLimitSeconds} seconds` : undefined;
      resolve(silent.test(code) ? code : late);
    });
  });
}

/**
 * Asks the registry of a package manager for an answer, through its proxy if there is one.
 * @returns a message if it does not answer; undefined if it does, or if that is unknown
 */
export async function unreachableRegistry(asking: Asking): Promise<string | undefined> {
  const [registry, ...own] = await configured(asking);
  if (registry === undefined || asking.cancel.aborted) {
    return undefined;
  }
  const { proxies, exceptions } = proxiesOfEnvironment();
  const all = [...own, ...proxies];
  const asked = all.length === 0 || exceptions ? [registry, ...all] : all;
  const reasons = await Promise.all(asked.map((url) => whySilent(url, asking.cancel)));
  if (reasons.includes(undefined)) {
    return undefined;
  }
  const [first = registry] = asked;
  const what = first === registry ? 'The registry' : 'The proxy of the registry';
  return `${what} ${first.origin} does not answer (${reasons[0]}). Check the network and its address.`;
}
