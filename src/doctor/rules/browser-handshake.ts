import type { Evidence } from '../evidence.js';
import type { BrowserEvidence, HandshakePart } from '../upgrade-evidence.js';
import type { Finding, Rule } from '../verdict.js';
import { closeText } from './shared/frames.js';
import { headersWords } from './shared/proxy.js';
import { answerText, listed } from './shared/text.js';
import { isAlive, isOpen } from './shared/upgrade.js';

const parts: Record<HandshakePart, string> = {
  'no-given-headers': 'the headers given to doctor',
  'no-credentials': 'no user name and password before an answer 401',
  cookies: 'cookies',
  extensions: 'the offer of permessage-deflate',
  'user-agent': "a browser's User-Agent",
  headers: 'Accept-Encoding, Accept-Language, Pragma and Cache-Control',
  'fetch-metadata': 'the Sec-Fetch headers of Firefox and Safari',
  'client-hello': 'a ClientHello of 1,900 bytes',
};

/** What came of a handshake that does not work. */
function outcome({ upgrade }: Pick<BrowserEvidence, 'upgrade'>): string {
  const { answer, frames, end, code } = upgrade;
  if (isOpen(upgrade) && frames !== undefined) {
    const { close, fault, bytes } = frames;
    const invalid = fault === undefined ? `the connection ended (${frames.end})` : `"${bytes}"`;
    return `the answer 101, then ${close === undefined ? invalid : closeText(frames)}`;
  }
  if (answer?.status === 101) {
    return `an answer 101 that clients refuse: ${upgrade.objection}`;
  }
  const none = end === 'timeout' ? 'no answer' : `no answer (${code ?? end})`;
  return answer === undefined ? none : answerText(answer);
}

/** A browser's handshake that failed, although the bare one opens a socket. */
function failure({ browser, upgrade, bare }: Evidence): BrowserEvidence | undefined {
  const isOne = browser !== undefined && bare === undefined && !isAlive(browser.upgrade);
  return isOne && isAlive(upgrade) ? browser : undefined;
}

/** @returns that failure, if this part makes the difference */
function failureBy(evidence: Evidence, part: HandshakePart): BrowserEvidence | undefined {
  const found = failure(evidence);
  return found?.parts?.length === 1 && found.parts[0] === part ? found : undefined;
}

/** Fixes by part. */
const fixes: Partial<Record<HandshakePart, string>> = {
  extensions:
    'Make the server answer the offer correctly (RFC 7692), or turn compression off in it and in the proxies on the way.',
  'user-agent':
    "Check the firewall or the bot protection in front of the server: it refuses this browser's User-Agent.",
  'fetch-metadata':
    'Make the server and the proxies on the way ignore Sec-Fetch headers of WebSocket handshakes.',
};

/** @returns what is said if only cookies make the handshake too large */
export function largeCookies(evidence: Evidence): Finding | undefined {
  const browser = failureBy(evidence, 'cookies');
  if (browser?.cookies === undefined) {
    return undefined;
  }
  const { refused: size, accepted, given } = browser.cookies;
  return {
    severity: given ? 'blocking' : 'warning',
    clients: ['browser'],
    cause: given
      ? 'The cookies that the browser sends make the handshake larger than the server accepts.'
      : 'With large cookies, the handshake of a browser is larger than the server accepts.',
    evidence: `${size} bytes of cookies: ${outcome(browser)}. ${accepted} bytes: the socket opens.`,
    fix: `Set fewer cookies for this host: all its ports share them. Or raise the limit for headers (${headersWords(browser.upgrade.answer)}).`,
  };
}

function givenHeaders(evidence: Evidence): Finding | undefined {
  const browser = failureBy(evidence, 'no-given-headers');
  const names = (evidence.target.sending?.headers ?? []).map(([name]) => name);
  return (
    browser && {
      severity: 'warning',
      clients: ['browser'],
      cause: `The server wants ${listed([...new Set(names)])} in the handshake, which pages cannot send.`,
      evidence: `Without: ${outcome(browser)}. With it, the socket opens.`,
      fix:
        evidence.project?.tickets === true
          ? "Nothing to do for the project's page: it passes a ticket from POST /ticket instead. Other pages must do so, too."
          : 'For browsers, pass the value in a cookie, the query, a subprotocol or the first message.',
    }
  );
}

function credentials(evidence: Evidence): Finding | undefined {
  const browser = failureBy(evidence, 'no-credentials');
  return (
    browser && {
      // ws sends them at once, the WebSocket that is built into Node.js does not.
      clients: ['browser', 'node'],
      cause:
        "Browsers and Node.js's WebSocket send user name and password of a URL only after an answer 401.",
      evidence: `Without: ${outcome(browser)}. With them, the socket opens.`,
      fix: 'Answer 401 with WWW-Authenticate: Basic, or pass a ticket in the query or the first message.',
    }
  );
}

function largeHello(evidence: Evidence): Finding | undefined {
  const browser = failureBy(evidence, 'client-hello');
  const isUsual = evidence.smallHello === true;
  if (browser === undefined && !isUsual) {
    return undefined;
  }
  const failed = isUsual ? (evidence.tls?.code ?? evidence.tls?.end) : undefined;
  return {
    // Node.js sends one since release 22.
    clients: ['browser', 'node'],
    cause:
      'Something on the way drops a ClientHello that is larger than one packet. Browsers send such large ones.',
    evidence: `About 1,900 bytes: ${browser === undefined ? failed : outcome(browser)}. Less than 600 bytes: the TLS handshake succeeds.`,
    fix: 'Update or replace the proxy, load balancer or firewall in front: it must read a ClientHello in several packets (X25519MLKEM768 makes it large).',
  };
}

function unsteady({ browser, upgrade }: Evidence): Finding | undefined {
  return browser?.unsteady === true && isAlive(upgrade)
    ? {
        severity: 'warning',
        certainty: 'likely',
        cause:
          'The server does not open a socket for each handshake: it limits connections, or is not steady.',
        evidence: `One handshake opened a socket, another one got ${outcome(browser)}.`,
        fix: 'Raise the limit for connections and handshakes if a client needs several, and run doctor again.',
        // A short idle timeout ends a socket on a busy machine before it is watched.
        ...(browser.upgrade.answer?.status === 101 ? { alternatives: ['idle-timeout'] } : {}),
      }
    : undefined;
}

/** What ws or the WebSocket built into Node.js sends, too. */
const sentByNode: HandshakePart[] = ['no-credentials', 'extensions', 'headers', 'fetch-metadata'];

/** Any other failure of a browser's handshake. */
function refused(evidence: Evidence): Finding | undefined {
  const browser = failure(evidence);
  const known = browser?.parts ?? [];
  const [first] = known;
  const isExplained = [largeHello, largeCookies, givenHeaders, credentials, unsteady].some(
    (judge) => judge(evidence) !== undefined,
  );
  if (browser === undefined || isExplained) {
    return undefined;
  }
  const names = listed(known.map((part) => parts[part]));
  return {
    clients: known.some((part) => sentByNode.includes(part)) ? ['browser', 'node'] : ['browser'],
    // Chromium sends no such headers.
    ...(known.every((part) => part === 'fetch-metadata') && first !== undefined
      ? { browsers: ['Firefox', 'Safari'] }
      : {}),
    cause:
      first === undefined
        ? 'The server opens a socket for a bare handshake, but not for one like a browser sends.'
        : `The server does not open a socket for a handshake with ${names}, which browsers send.`,
    evidence:
      first === undefined
        ? `A bare handshake opens a socket. A browser's got ${outcome(browser)}.`
        : `With it: ${outcome(browser)}. Without it, the socket opens.`,
    fix:
      (first === undefined ? undefined : fixes[first]) ??
      "Check the server's log, and the proxies and firewalls in front of it.",
    ...(first === undefined ? { certainty: 'likely' as const } : {}),
  };
}

/** The socket opened for a browser's handshake, and not for the bare one. */
function onlyBrowsers({ bare, browser }: Evidence): Finding | undefined {
  const known = browser?.parts ?? [];
  // Every usual client offers compression.
  if (bare === undefined || known[0] === 'extensions') {
    return undefined;
  }
  const names = known.map((part) => parts[part]);
  return {
    severity: 'warning',
    clients: ['node', 'system'],
    cause:
      'The server only opens sockets for browsers. A firewall or a bot protection may refuse programs.',
    evidence: `Without ${names.length === 0 ? "a browser's headers" : listed(names)}: ${outcome({ upgrade: bare })}. With it, the socket opens.`,
    fix: 'For programs, send a User-Agent that the firewall allows, or add an exception for this path.',
  };
}

export const browserHandshake: Rule[] = [
  {
    code: 'large-client-hello',
    meaning: 'a large ClientHello, as browsers send it, is dropped',
    tls: largeHello,
  },
  {
    code: 'browser-handshake',
    meaning: 'the server refuses what a browser adds to the handshake',
    upgrade: refused,
  },
  {
    code: 'header-not-for-pages',
    meaning: 'the server wants a header that pages cannot send',
    upgrade: givenHeaders,
  },
  {
    code: 'programs-refused',
    meaning: 'the server opens sockets for browsers, but not for programs',
    upgrade: onlyBrowsers,
  },
  {
    code: 'credentials-not-sent',
    meaning: 'the server does not ask for user name and password, so browsers do not send them',
    upgrade: credentials,
  },
  {
    code: 'connections-limited',
    meaning: 'the server opens a socket for one handshake, but not for the next',
    upgrade: unsteady,
  },
];
