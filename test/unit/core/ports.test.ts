import { describe, expect, it } from 'vitest';
import { blockedPorts } from '../../../src/core/ports.js';
import { answersWarnings } from '../../../src/create/plan/warnings.js';
import { freePort } from '../../support/running.js';
import { answersOf, ways } from '../../support/combinations.js';

/** Whether `fetch` refuses a port before it connects: it has the same list as browsers. */
async function isBlocked(port: number): Promise<boolean> {
  try {
    await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(1000) });
    return false;
  } catch (error) {
    return error instanceof Error && String(error.cause).includes('bad port');
  }
}

describe('a port that browsers block', () => {
  it('is also blocked by fetch, before it connects', async () => {
    const listed = [...blockedPorts];
    const blocked = await Promise.all(listed.map(isBlocked));
    expect(listed.filter((_, index) => !blocked[index])).toEqual([]);
    expect(await isBlocked(await freePort())).toBe(false);
  });

  it.each([
    [{ port: 6000 }, ['Browsers block port 6000. Choose another --port.']],
    [{ port: 3000 }, []],
    [{ ...ways['caddy'], port: 6000 }, []],
    [
      { ...ways['caddy'], port: 8443 },
      ['The local proxy also listens on 8443. Choose another --port.'],
    ],
  ])('causes a warning with %j', (given, warnings) => {
    expect(answersWarnings(answersOf(given))).toEqual(warnings);
  });
});
