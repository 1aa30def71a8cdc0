import type { FramesEvidence } from '../../evidence.js';

/** Codes of close frames (RFC 6455, section 7.4.1). */
export const closeCodes = { none: 1005, internalError: 1011 };

const meanings: Record<number, string> = {
  1000: 'normal closure',
  1001: 'going away',
  1002: 'protocol error',
  1003: 'unsupported data',
  1008: 'policy violation',
  1009: 'message too big',
  1012: 'service restart',
  1013: 'try again later',
};

/** @returns the code and the reason of a close frame, in words */
export function closeText({ close }: FramesEvidence): string {
  const { code = 0, reason = '' } = close ?? {};
  const meaning = meanings[code] === undefined ? '' : ` (${meanings[code]})`;
  return `close code ${code}${meaning}${reason === '' ? '' : `, "${reason}"`}`;
}
