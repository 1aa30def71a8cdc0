import type { HttpAnswer } from '../../evidence.js';
import type { Code } from '../../verdict.js';

/** What an answer must have; parts that are absent do not matter. */
interface Match {
  status?: number | number[];
  /** Headers by their names in lower case. */
  headers?: Record<string, RegExp>;
  /** In the status line, or in the text of the body. */
  phrase?: RegExp;
  /** Whether the body is empty. */
  empty?: boolean;
}

/** A refusal that a server, a proxy or a cloud is known to give, and what it means. */
export interface KnownAnswer {
  match: Match;
  code: Code;
  /** The subject of a sentence; without it, the proxy or server that the answer names. */
  who?: string;
  /** The project and its file, or the page of the documentation. */
  source: string;
  /** Other possible causes. Without any, the verdict is certain. */
  alternatives?: Code[];
  /** The same for an answer that a proxy has passed on. */
  throughProxy?: Code[];
  /** Instead of the usual words for the code. `{host}` and `{path}` are those of the URL. */
  cause?: string;
  fix?: string;
}

const entities: Record<string, string> = {
  '&quot;': '"',
  '&#34;': '"',
  '&#39;': "'",
  '&#x27;': "'",
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
};

/** @returns the words of a body: without tags, escapes of JSON and entities of HTML */
export function wordsOf(body: string): string {
  return body
    .replaceAll(/<(script|style)\b[^]*?(<\/\1>|$)/gi, ' ')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(
      /&(?:quot|lt|gt|amp|#34|#39|#x27);/gi,
      (each) => entities[each.toLowerCase()] ?? each,
    )
    .replaceAll(/\\(["'/\\])/g, '$1')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** @returns the texts in which phrases are looked up: they may be split by tags, or stand in them */
export function textsOf({ reason = '', body }: HttpAnswer): string[] {
  return [reason, body, wordsOf(body)];
}

/**
 * @param texts those of the answer
 * @returns whether an answer is one that is known
 */
export function matches(
  answer: HttpAnswer,
  texts: string[],
  { status, headers = {}, phrase, empty }: KnownAnswer['match'],
): boolean {
  const hasStatus = status === undefined || [status].flat().includes(answer.status);
  const hasBody = empty === undefined || (answer.body.trim() === '') === empty;
  return (
    hasStatus &&
    hasBody &&
    Object.entries(headers).every(([name, value]) => value.test(answer.headers[name] ?? '')) &&
    (phrase === undefined || texts.some((text) => phrase.test(text)))
  );
}
