import type { Evidence } from '../evidence.js';
import type { Oddity } from '../upgrade-evidence.js';
import { everyClient, type Client } from '../client.js';
import type { Finding, Rule } from '../verdict.js';
import { listed } from './shared/text.js';
import { isOpen } from './shared/upgrade.js';

/** Versions that every browser accepts in the answer; others are refused by Firefox. */
const accepted = ['1.1', '1.2'];

function version({ upgrade }: Evidence): Finding | undefined {
  const { httpVersion = '1.1' } = upgrade ?? {};
  return isOpen(upgrade) && !accepted.includes(httpVersion)
    ? {
        clients: httpVersion === '1.0' ? ['browser'] : ['browser', 'node'],
        browsers: ['Firefox', 'Safari'],
        cause: `The server answers with HTTP/${httpVersion} 101. Firefox and Safari need HTTP/1.1.`,
        evidence: `The status line of the answer has HTTP/${httpVersion}.`,
        fix: "Answer with HTTP/1.1 101. In Python's http.server, set protocol_version = 'HTTP/1.1'.",
      }
    : undefined;
}

function interim({ upgrade }: Evidence): Finding | undefined {
  const { informational = [] } = upgrade ?? {};
  const [first] = informational;
  return isOpen(upgrade) && first !== undefined
    ? {
        // The WebSocket built into Node.js refuses only this one.
        clients: informational.includes(100) ? ['browser', 'node'] : ['browser'],
        browsers: ['Chromium'],
        cause: `The server sends HTTP status ${first} before the answer 101. Chromium takes it for the answer, and fails.`,
        evidence: `HTTP status ${listed(informational.map(String))}, then 101.`,
        fix: 'Send no interim responses to WebSocket handshakes: turn off early hints and 100 Continue for this path.',
      }
    : undefined;
}

interface Form {
  text: string;
  /** Clients that refuse it. */
  clients: Client[];
}

const forms: Record<Oddity, Form> = {
  'bare-lf': { text: 'its lines end with LF instead of CR LF', clients: ['node'] },
  'status-line': { text: 'its status line has an unusual form', clients: ['node'] },
  'folded-header': { text: 'a header goes on in the next line', clients: ['node'] },
  'no-colon': { text: 'a line has no colon', clients: ['node'] },
  'blank-in-name': { text: 'the name of a header has a blank', clients: ['node'] },
  'blank-before-colon': {
    text: 'a blank precedes the colon of a header',
    clients: ['browser', 'node'],
  },
  nul: { text: 'a header contains a NUL', clients: everyClient },
  'large-head': { text: 'its headers have more than 16 kB', clients: ['node'] },
};

/** @returns the clients that refuse the form of the answer */
export function refusingForm({ upgrade }: Evidence): Client[] {
  const refusing = isOpen(upgrade) ? (upgrade?.oddities ?? []) : [];
  return everyClient.filter((client) =>
    refusing.some((oddity) => forms[oddity].clients.includes(client)),
  );
}

function form(evidence: Evidence): Finding | undefined {
  const clients = refusingForm(evidence);
  const { oddities = [], httpVersion = '' } = evidence.upgrade ?? {};
  if (clients.length === 0 || !(accepted.includes(httpVersion) || httpVersion === '1.0')) {
    return undefined;
  }
  const blocks = clients.includes('browser');
  return {
    severity: blocks ? 'blocking' : 'warning',
    clients,
    cause: blocks
      ? 'The answer 101 is malformed HTTP, which not every browser reads.'
      : 'The answer 101 is malformed HTTP: browsers read it, but Node.js does not.',
    evidence: `In the answer, ${listed(oddities.map((oddity) => forms[oddity].text))}.`,
    fix: 'Correct how the server writes its answer (RFC 9112, sections 2 to 5).',
  };
}

export const httpForm: Rule[] = [
  {
    code: 'http-version',
    meaning: 'the answer to the handshake has another HTTP version than 1.1',
    upgrade: version,
  },
  {
    code: 'interim-response',
    meaning: 'an interim response comes before the answer 101',
    upgrade: interim,
  },
  {
    code: 'malformed-answer',
    meaning: 'the answer to the handshake is malformed HTTP',
    upgrade: form,
  },
];
