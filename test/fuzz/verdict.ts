import type { Due } from './due.js';
import { closeCode, opcode, type ServerFrame } from './frames.js';

/** What a client has seen of a connection, once everything has arrived. */
export interface Seen {
  frames: ServerFrame[];
  /** The protocol rule that the server has violated. */
  fault?: string | undefined;
  ended: boolean;
  /** Whether the client has ended its side in the middle of a frame. */
  halfClosed: boolean;
}

/** @returns what is wrong with the result, in one line, if anything */
export function faultIn(seen: Seen, due: Due): string | undefined {
  if (seen.fault !== undefined) {
    return seen.fault;
  }
  const close = seen.frames.find((frame) => frame.opcode === opcode.close);
  const code = close === undefined ? undefined : closeCode(close);
  const usedLeeway = code !== undefined && due.leeway?.codes.includes(code) === true;
  const cut = due.mayCut && seen.ended && (code === undefined || code === 1008);
  if (usedLeeway) {
    return endFault(seen) ?? echoFault(seen, due, due.leeway?.echoes ?? 0);
  }
  if (cut) {
    return echoFault(seen, due, 0);
  }
  const all = due.echoes.length;
  return endingFault(seen, due, code) ?? echoFault(seen, due, all) ?? pongFault(seen, due);
}

function endingFault(seen: Seen, due: Due, code: number | undefined): string | undefined {
  if (due.codes !== undefined) {
    const wanted = due.codes.join(' or ');
    return code !== undefined && due.codes.includes(code)
      ? endFault(seen)
      : `Close code ${wanted} is due, but there was ${told(seen, code)}.`;
  }
  if (seen.halfClosed) {
    return endFault(seen);
  }
  return code === undefined && !seen.ended
    ? undefined
    : `The connection has to stay open, but there was ${told(seen, code)}.`;
}

/** RFC 6455, section 7.1.1: the server ends the TCP connection first. */
function endFault({ ended }: Seen): string | undefined {
  return ended ? undefined : 'The connection was left open.';
}

function told({ ended }: Seen, code: number | undefined): string {
  if (code !== undefined) {
    return `close code ${code}`;
  }
  return ended ? 'an end without a close frame' : 'silence';
}

/** The echoes must be the expected ones. After the first `least` of them, they may stop. */
function echoFault(seen: Seen, due: Due, least: number): string | undefined {
  const echoes = seen.frames.filter(({ opcode: kind }) => kind < opcode.close);
  if (echoes.length < least) {
    return `${due.echoes.length} echoes are due, but there were ${echoes.length}.`;
  }
  const wrong = echoes.findIndex((echo, index) => {
    const wanted = due.echoes[index];
    return wanted?.opcode !== echo.opcode || !wanted.payload.equals(echo.payload);
  });
  return wrong < 0 ? undefined : `Echo ${wrong + 1} of ${due.echoes.length} is not the right one.`;
}

/** RFC 6455, section 5.5.3: pings are answered in order. All but the last may be skipped. */
function pongFault(seen: Seen, due: Due): string | undefined {
  const pongs = seen.frames.filter(({ opcode: kind }) => kind === opcode.pong);
  let next = 0;
  for (const { payload } of pongs) {
    const found = due.pings.findIndex((ping, index) => index >= next && ping.equals(payload));
    if (found < 0) {
      return 'A pong answers no ping.';
    }
    next = found + 1;
  }
  const [last, lastPong] = [due.pings.at(-1), pongs.at(-1)?.payload];
  return last === undefined || (lastPong !== undefined && last.equals(lastPong))
    ? undefined
    : 'The last ping was not answered.';
}
