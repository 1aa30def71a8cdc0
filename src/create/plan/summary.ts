import type { Answers } from '../../options/answers.js';
import { extras } from '../../options/extras.js';
import { overlayTitle } from '../../options/overlay.js';
import { operand, quoteCommand } from '../../core/quote.js';
import type { Plan } from './plan.js';
import type { StepGroup } from '../../steps/plan/step.js';

/** The part of a step's result that a summary needs. */
interface Result {
  group: StepGroup;
  left: string[];
}

function serving({ https, certSource, reverseProxy }: Answers): string {
  if (!https) {
    return 'plain HTTP';
  }
  const ways = {
    mkcert: 'HTTPS with a development certificate',
    files: 'HTTPS with your certificate',
    proxy: `HTTPS by ${reverseProxy === 'nginx' ? 'nginx' : 'Caddy'}`,
  };
  return ways[certSource ?? 'mkcert'];
}

/** @returns the project in a few words: its language, its source of HTTPS, and its extras */
export function description(answers: Answers): string {
  const chosen = extras.filter(({ name }) => answers[name]).map(({ title }) => title);
  const language = answers.language === 'ts' ? 'TypeScript' : 'JavaScript';
  const overlay = answers.overlay ? [`overlay ${overlayTitle(answers.overlay)}`] : [];
  return [language, serving(answers), ...chosen, ...overlay].join(', ');
}

/** @returns the command that enters a folder, in cmd and PowerShell, too */
export function enterCommand(directory: string, platform: string = process.platform): string {
  // In cmd, `cd` neither changes the drive nor enters a network share.
  const elsewhere = platform === 'win32' && /^([a-z]:|[\\/]{2})/i.test(directory);
  return quoteCommand([elsewhere ? 'pushd' : 'cd', operand(directory)], platform);
}

interface Remaining {
  plan: Plan;
  results: Result[];
  /** Commands that make browsers accept the certificate. */
  trust: string[];
}

/** @returns the commands that are left for the user, in order */
export function remainingCommands({ plan, results, trust }: Remaining): string[] {
  const { directory } = plan.answers;
  const here = directory === '.' || directory === './';
  const left = (install: boolean): string[] =>
    results.filter(({ group }) => (group === 'install') === install).flatMap((each) => each.left);
  const commands = [
    ...(here ? [] : [enterCommand(directory)]),
    ...(plan.answers.install
      ? left(true)
      : plan.installCommands.map((command) => quoteCommand(command))),
    ...left(false),
    ...trust,
    ...plan.next.map((command) => quoteCommand(command)),
  ];
  return [...new Set(commands)];
}

function indent(lines: string[]): string {
  return lines.map((line) => `  ${line}`).join('\n');
}

/** What may be needed later. */
interface Later {
  /** How to open the page under its other names, in lines. */
  recipe: string[];
  /** Explains why a connection fails. */
  doctor: string;
  /** Whether the project is started now. */
  starts: boolean;
}

/** @returns the last text of a run: the next commands and the URL of the page */
export function closingText(
  plan: Plan,
  commands: string[],
  { recipe, doctor, starts }: Later,
): string {
  const proxied = plan.answers.certSource === 'proxy';
  const start = plan.next.map((command) => quoteCommand(command));
  const enter = commands.filter((command) => command === enterCommand(plan.answers.directory));
  const once = commands.filter((command) => ![...enter, ...start].includes(command));
  const again = starts ? [...enter, ...start] : commands;
  const lines = again.map((command, index) =>
    proxied && index === again.length - 1 ? `${command}   (in a second terminal)` : command,
  );
  const open =
    starts && once.length > 0
      ? `\nOnce, in a second terminal\n${indent([...enter, ...once])}\n`
      : '';
  return `${open}
${starts ? 'Next time' : 'Next'}
${indent(lines)}
Then open ${plan.pageUrl}${recipe.map((line) => `\n${line}`).join('')}
If a connection fails: ${doctor}`;
}

/** @returns the plan as text, for `--dry-run` */
export function planText(plan: Plan): string {
  const files = plan.files.map(({ path, contents }) => `${path} (${contents.length} characters)`);
  const steps = plan.steps.map(({ command }) => quoteCommand(command));
  const sections = [
    `Files in ${plan.directory}\n${indent(files)}`,
    ...(steps.length === 0 ? [] : [`Steps\n${indent(steps)}`]),
    `Next\n${indent(remainingCommands({ plan, results: [], trust: [] }))}`,
    `Then open ${plan.pageUrl}`,
  ];
  return `${sections.join('\n\n')}\n\nNothing was written: this was a dry run.`;
}
