import type { Client } from './client.js';
import type { Code } from './codes.js';
import type { Evidence } from './evidence.js';

/** The way of a connection, in its order. */
export const stages = [
  'settings',
  'files',
  'name',
  'address',
  'tls',
  'certificate',
  'trust',
  'upgrade',
  'origin',
  'proxy',
  'frames',
  'idle',
  'page',
] as const;

export type StageName = (typeof stages)[number];

/** One cause, with what it was seen by and what to do. */
export interface Verdict {
  code: Code;
  stage: StageName;
  /** `info` is for `healthy` alone. */
  severity: 'blocking' | 'warning' | 'info';
  certainty: 'certain' | 'likely';
  /** Whom it hits. */
  clients: Client[];
  /** Whole sentences. */
  cause: string;
  evidence: string;
  fix: string;
  /** What of the fix can be typed. */
  commands: string[][];
  /** What it may be instead, where the evidence does not decide. */
  alternatives: Code[];
}

/** What a rule says; what is not said is blocking, certain, and hits all clients. */
export type Finding = Pick<Verdict, 'cause' | 'evidence' | 'fix'> &
  Partial<Omit<Verdict, 'code' | 'stage' | 'certainty'>>;

/** One row: when the evidence shows this cause. A finding with alternatives is a likely one. */
export interface Rule {
  code: Code;
  stage: StageName;
  judge: (evidence: Evidence) => Finding | undefined;
}

/** What became of a stage. */
export interface StageResult {
  stage: StageName;
  state: 'passed' | 'failed' | 'warned' | 'not-reached' | 'not-asked';
  /** What was seen, in a few words; empty where nothing was. */
  seen: string;
}
