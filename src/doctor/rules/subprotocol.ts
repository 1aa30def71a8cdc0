import type { Evidence } from '../evidence.js';
import type { Finding, Rule } from '../verdict.js';
import { judgeAnswer } from './answers/judge-answer.js';
import { answerText, listed } from './shared/text.js';
import { isOpen } from './shared/upgrade.js';

const wrongChoice = /protocol/;

/** A 101 whose only fault is its subprotocol. */
function chosen({ upgrade, target }: Evidence): Finding | undefined {
  if (upgrade?.answer?.status !== 101 || !wrongChoice.test(upgrade.objection ?? '')) {
    return undefined;
  }
  const offered = target.sending?.protocols ?? [];
  const choice = upgrade.answer.headers['sec-websocket-protocol'];
  if (offered.length === 0) {
    return {
      // Firefox accepts it.
      browsers: ['Chromium', 'Safari'],
      cause: `The server chooses the subprotocol ${choice}, but the client offered none. Chromium and Node.js refuse that.`,
      evidence: `HTTP status 101 with Sec-WebSocket-Protocol: ${choice}.`,
      fix: `Open the socket with it: new WebSocket(url, '${choice}'). Or make the server choose only an offered subprotocol. To check it, pass --protocol ${choice}.`,
    };
  }
  return {
    // Firefox accepts that none is chosen.
    ...(choice === undefined ? { clients: ['browser', 'node'], browsers: ['Chromium'] } : {}),
    cause:
      choice === undefined
        ? `The server does not take up the subprotocol ${listed(offered)}. Chromium and Node.js refuse that.`
        : `The server chooses the subprotocol ${choice}, which was not offered.`,
    evidence: `HTTP status 101 with Sec-WebSocket-Protocol: ${choice ?? 'nothing'}. Offered: ${listed(offered)}.`,
    fix: 'Make the server choose one of the offered subprotocols, or open the socket without one.',
  };
}

/** The server opens a socket only with a subprotocol. */
function wanted({ upgrade, bare, protocols, target }: Evidence): Finding | undefined {
  const chosenName = protocols?.answer?.headers['sec-websocket-protocol'];
  const switched = protocols?.answer?.status === 101;
  if (upgrade?.answer?.status === 101 || bare !== undefined || !switched || !chosenName) {
    return undefined;
  }
  const answer = upgrade?.answer;
  // Some servers repeat the whole offer.
  const choice = isOpen(protocols) ? chosenName : 'NAME';
  return {
    cause: 'The server opens sockets only with a subprotocol, and the client offered none.',
    evidence: `Without: ${answer === undefined ? 'no answer' : answerText(answer)}. With ${isOpen(protocols) ? choice : 'some'}, it answers 101.`,
    fix: `Open the socket with the subprotocol of your application: new WebSocket('${target.url}', '${choice}'). To check it, pass --protocol ${choice}.`,
  };
}

/** The server says so itself. */
const judgeRefusal = judgeAnswer('subprotocol', {
  usual: (_who, _answer, { target }) => ({
    cause: 'The server refuses the handshake for its subprotocol, or because it offers none.',
    fix: `Open the socket with the subprotocol of your application: new WebSocket('${target.url}', 'NAME'). To check it, pass --protocol NAME.`,
  }),
});

export const subprotocol: Rule = {
  code: 'subprotocol',
  meaning: 'client and server do not agree on a subprotocol',
  advice: 'Run doctor again with --protocol NAME.',
  upgrade: (evidence) => chosen(evidence) ?? wanted(evidence) ?? judgeRefusal(evidence),
};
