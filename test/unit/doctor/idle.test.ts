import { expect, it } from 'vitest';
import type { Evidence, FramesEvidence, UpgradeEvidence } from '../../../src/doctor/evidence.js';
import { judge } from '../../../src/doctor/judge.js';
import { pageEvidence } from '../../support/page-evidence.js';

const open: FramesEvidence = { pong: true, pings: 0, messages: 0, end: 'open', invalid: false };
const opened: UpgradeEvidence = {
  origin: 'https://app.example',
  end: 'open',
  answer: { status: 101, headers: {}, body: '', accepted: true },
  bytes: '',
  frames: open,
};

it.each([
  [101, false],
  [503, true],
])('a socket that is dropped while idle explains a later handshake with %j: %j', (status, said) => {
  const upgrade: UpgradeEvidence = {
    ...opened,
    end: 'closed',
    answer: { status, headers: {}, body: '', accepted: status === 101 },
  };
  const idle = { asked: 3, endedAfter: 800, silent: open, pinged: open, interval: 600 };
  const evidence: Evidence = {
    ...pageEvidence({ url: 'wss://api.example/' }),
    upgrade: opened,
    browser: { upgrade, unsteady: true },
    idle,
  };
  const codes = judge(evidence).map(({ code }) => code);
  expect(codes).toContain('idle-timeout');
  expect(codes.includes('connections-limited')).toBe(said);
});
