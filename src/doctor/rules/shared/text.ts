import type { Browser } from '../../../core/browsers.js';
import type { Client } from '../../client.js';
import type { HttpAnswer } from '../../evidence.js';

/** Longer headers are cut off. */
const longestHeader = 80;

/** The message in an answer, without the JSON around it. */
function messageIn(body: string): string {
  const message = /"message"\s*:\s*"((?:\\.|[^"\\])*)"/.exec(body)?.[1];
  return (message ?? body).replaceAll(/\s+/g, ' ').trim().slice(0, 120);
}

/** @returns the ways to log in that an answer names, such as `Basic` (RFC 9110, section 11.6.1) */
export function loginSchemes({ headers }: HttpAnswer): string[] {
  const challenges = (headers['www-authenticate'] ?? '').replaceAll(/"[^"]*"/g, '""').split(',');
  return challenges.flatMap((part) => /^([\w-]+)(?:\s+[^=\s].*)?$/.exec(part.trim())?.[1] ?? []);
}

/** @returns whether an answer asks for user name and password (RFC 7617) */
export function isBasicLogin(answer: HttpAnswer): boolean {
  return answer.status === 401 && loginSchemes(answer).some((name) => /^basic$/i.test(name));
}

/** @returns an answer's status, its message and how to log in, in one line */
export function answerText(answer: HttpAnswer): string {
  const { status, headers, body } = answer;
  const named = headers['server']?.slice(0, longestHeader);
  const server = named === undefined ? '' : `, Server: ${named}`;
  const text = messageIn(body);
  const schemes = loginSchemes(answer);
  const login = schemes.length === 0 ? '' : `, WWW-Authenticate: ${someOf(schemes)}`;
  return `HTTP status ${status}${server}${login}${text === '' ? ', no body' : `, "${text}"`}`;
}

const names: Record<Client, string> = {
  browser: 'browsers',
  node: 'Node.js',
  system: 'system tools such as curl',
};

/**
 * @param browsers the affected browsers; all by default
 * @returns the affected clients, as a list in a sentence
 */
export function clientsText(clients: Client[], browsers: Browser[] = []): string {
  return clients
    .flatMap((client) => (client === 'browser' && browsers.length > 0 ? browsers : [names[client]]))
    .join(', ');
}

/** @returns a time as a day and a time of day, in UTC */
export function dateText(time: number): string {
  if (Number.isNaN(new Date(time).getTime())) {
    return 'an unreadable date';
  }
  return new Date(time)
    .toISOString()
    .replace('T', ' ')
    .replace(/:\d\d\.\d+Z$/, ' UTC');
}

/** A list in a message has at most this many entries, each of at most this many letters. */
const mostEntries = 6;
const longestEntry = 80;

/** @returns the first entries of a list, and how many there are besides: a server may send thousands */
export function someOf(entries: string[]): string {
  const first = entries.slice(0, mostEntries).map((entry) => shortened(entry));
  const left = entries.length - first.length;
  return first.join(', ') + (left > 0 ? ` and ${left} more` : '');
}

/** @returns a text that a server chose, cut off if it is long */
export function shortened(text: string): string {
  const letters = Array.from(text.slice(0, 2 * longestEntry + 1));
  return letters.length > longestEntry ? `${letters.slice(0, longestEntry).join('')}…` : text;
}

/** @returns a list for a sentence, with commas and "and" */
export function listed(words: string[]): string {
  const [last = '', ...rest] = words.toReversed();
  return rest.length === 0 ? last : `${rest.toReversed().join(', ')} and ${last}`;
}
