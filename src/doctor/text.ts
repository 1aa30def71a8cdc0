import { quoteCommand } from '../core/quote.js';
import { visible } from '../core/printable.js';
import { columns, wrapped } from '../core/wrap.js';
import { meanings } from './rules/rules.js';
import { clientsText } from './rules/shared/text.js';
import type { Diagnosis } from './report.js';
import type { StageName, StageResult, Verdict } from './verdict.js';

const marks: Record<StageResult['state'], string> = {
  passed: '✓',
  failed: '✗',
  warned: '!',
  'not-reached': '-',
  'not-asked': ' ',
};
const titles: Record<StageName, string> = {
  settings: 'Settings',
  files: 'Files',
  name: 'Name',
  address: 'Address',
  tls: 'TLS',
  certificate: 'Certificate',
  trust: 'Trust',
  upgrade: 'Upgrade',
  origin: 'Origin',
  proxy: 'Proxy',
  frames: 'Frames',
  idle: 'Idle',
  page: 'Page',
};
const signs: Record<Verdict['severity'], string> = { blocking: '✗', warning: '!', info: '✓' };
const termWidth = Math.max(...Object.values(titles).map(({ length }) => length));

function cut(text: string, width: number): string {
  const letters = Array.from(text);
  return letters.length > width ? `${letters.slice(0, width - 1).join('')}…` : text;
}

function stageLine({ stage, state, seen }: StageResult): string {
  const start = `  ${marks[state]} ${titles[stage].padEnd(termWidth)}  `;
  const text = state === 'not-reached' ? 'not reached' : visible(seen);
  return (start + cut(text, columns - start.length)).trimEnd();
}

const labels = { evidence: 'Seen', fix: 'Fix', clients: 'Affects' };
const labelWidth = 8;

function paragraph(label: string, text: string): string[] {
  const start = `  ${label.padEnd(labelWidth)}`;
  return wrapped(visible(text), ' '.repeat(start.length), start);
}

function verdictText(verdict: Verdict): string {
  const {
    code,
    severity,
    certainty,
    cause,
    evidence,
    fix,
    commands,
    clients,
    browsers,
    alternatives,
  } = verdict;
  const doubt = certainty === 'likely' && severity !== 'info' ? 'Most likely: ' : '';
  const others = alternatives.flatMap((other) => paragraph('Or', `${meanings[other]} [${other}]`));
  return [
    ...wrapped(visible(`${doubt}${cause} [${code}]`), '  ', `${signs[severity]} `),
    // A warning is short: the rest of it is in the JSON document.
    ...(severity === 'warning' ? [] : paragraph(labels.evidence, evidence)),
    ...(severity === 'blocking' ? paragraph(labels.clients, clientsText(clients, browsers)) : []),
    ...others,
    ...(severity === 'info' ? [] : paragraph(labels.fix, fix)),
    // A command stays on one line so that it can be copied.
    ...commands.map((words) => `${' '.repeat(labelWidth + 2)}$ ${quoteCommand(words)}`),
  ].join('\n');
}

/** The answer comes before the warnings, and a warning about browsers, which open pages, before others. */
function place({ severity, clients }: Verdict): number {
  const order = { blocking: 0, info: 1, warning: 2 };
  return order[severity] + (severity === 'warning' && !clients.includes('browser') ? 1 : 0);
}

/**
 * @returns a diagnosis as text: the stages, then what blocks, or that nothing does, with each fix, then
 * the warnings
 */
export function diagnosisText({ url, verdicts, stages }: Diagnosis): string {
  const walked = stages.filter(({ state }) => state !== 'not-asked').map(stageLine);
  const ordered = verdicts.toSorted((one, other) => place(one) - place(other));
  return [url, walked.join('\n'), ...ordered.map(verdictText)].join('\n\n');
}
