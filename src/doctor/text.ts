import { quoteCommand } from '../core/quote.js';
import { visible } from '../core/printable.js';
import { columns, wrapped } from '../core/wrap.js';
import { clientsText } from './rules/shared/text.js';
import type { Diagnosis } from './report.js';
import type { Other, StageName, StageResult, Verdict } from './verdict.js';

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
  return letters.length > width ? `${letters.slice(0, width - 3).join('')}...` : text;
}

/** A mark cannot be heard: screen readers leave it out. */
const spoken: Partial<Record<StageResult['state'], string>> = {
  failed: 'failed: ',
  warned: 'warning: ',
};

function stageLine({ stage, state, seen }: StageResult): string {
  const start = `  ${marks[state]} ${titles[stage].padEnd(termWidth)}  `;
  const text = state === 'not-reached' ? 'not reached' : visible(`${spoken[state] ?? ''}${seen}`);
  return (start + cut(text, columns - start.length)).trimEnd();
}

const labels = { evidence: 'Seen', fix: 'Fix', clients: 'Affects' };
const labelWidth = 8;

function paragraph(label: string, text: string): string[] {
  const start = `  ${label.padEnd(labelWidth)}`;
  return wrapped(visible(text), ' '.repeat(start.length), start);
}

/** What to write or to type stays on lines of its own, so that it can be copied. */
function copied(lines: string[], commands: string[][] = []): string[] {
  const typed = commands.map((words) => `$ ${quoteCommand(words)}`);
  return [...lines, ...typed].map((line) => ' '.repeat(labelWidth + 2) + line);
}

function otherText({ code, meaning, fix, lines }: Other): string[] {
  return [...paragraph('Or', `${meaning} [${code}]. ${fix}`.trimEnd()), ...copied(lines)];
}

/** What is wrong; the fix follows. A warning is short, and so is what another cause explains, too. */
function causeText(verdict: Verdict, isShort: boolean): string[] {
  const { code, severity, certainty, cause, evidence, clients, browsers } = verdict;
  const doubt = certainty === 'likely' && severity !== 'info' ? 'Most likely: ' : '';
  const state = severity === 'warning' ? 'Warning: ' : '';
  return [
    ...wrapped(visible(`${state}${doubt}${cause} [${code}]`), '  ', `${signs[severity]} `),
    // The rest of it is in the JSON document.
    ...(isShort || severity === 'warning' ? [] : paragraph(labels.evidence, evidence)),
    ...(severity === 'blocking' ? paragraph(labels.clients, clientsText(clients, browsers)) : []),
  ];
}

function fixText({ severity, fix, lines, commands }: Verdict): string[] {
  return severity === 'info' ? [] : [...paragraph(labels.fix, fix), ...copied(lines, commands)];
}

/** Verdicts with one fix, which follows the main cause: each with what else it may be. */
function groupText(group: Verdict[]): string {
  const [main] = group;
  return group
    .flatMap((each) => [
      ...causeText(each, each !== main),
      ...(each === main ? fixText(each) : paragraph(labels.fix, 'The same.')),
      ...each.others.flatMap(otherText),
    ])
    .join('\n');
}

/** The same for verdicts that the same commands fix, or the same words if there is no command. */
function fixKey({ severity, fix, lines, commands }: Verdict): string {
  return JSON.stringify([severity === 'info', commands.length > 0 ? commands : [fix, lines]]);
}

/** A cause that affects all clients says more than one about a single browser. */
function reach({ severity, clients, browsers = [] }: Verdict): number {
  const limited = browsers.length > 0 ? 0.5 : 0;
  return severity === 'blocking' ? clients.length - limited : 0;
}

/** Puts verdicts with the same fix together, the main cause first. */
function grouped(verdicts: Verdict[]): Verdict[][] {
  const keys = [...new Set(verdicts.map(fixKey))];
  return keys.map((key) =>
    verdicts
      .filter((verdict) => fixKey(verdict) === key)
      .toSorted((one, other) => reach(other) - reach(one)),
  );
}

/** The answer comes before the warnings, and a warning about browsers, which open pages, before others. */
function place({ severity, clients }: Verdict): number {
  const order = { blocking: 0, info: 1, warning: 2 };
  return order[severity] + (severity === 'warning' && !clients.includes('browser') ? 1 : 0);
}

/**
 * @returns a diagnosis as text: the stages, then what blocks, or that nothing does, with each fix, then
 * the warnings, and what to ask next
 */
export function diagnosisText({ url, verdicts, stages, next = [] }: Diagnosis): string {
  const walked = stages.filter(({ state }) => state !== 'not-asked').map(stageLine);
  const ordered = verdicts.toSorted((one, other) => place(one) - place(other));
  const then = next.map(({ text, command }) => `${text}: ${quoteCommand(command)}`).join('\n');
  return [
    url,
    walked.join('\n'),
    ...grouped(ordered).map(groupText),
    ...(then === '' ? [] : [then]),
  ].join('\n\n');
}
