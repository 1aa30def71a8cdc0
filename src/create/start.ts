import { quoteCommand } from '../core/quote.js';
import { run } from '../io/run.js';
import type { Ui } from '../io/ui.js';
import type { Plan } from './plan/plan.js';

interface Starting {
  ui: Ui;
  cancel: AbortSignal;
}

/** Runs a new project in the terminal until it ends or the user stops it. */
export async function startProject(plan: Plan, { ui, cancel }: Starting): Promise<void> {
  const [command = [], proxy] = plan.next;
  const second = proxy === undefined ? '' : `In a second terminal: ${quoteCommand(proxy)}\n`;
  ui.print(`\nStarting it: ${quoteCommand(command)} (Ctrl-C stops it)\n${second}`);
  await run({ command, cwd: plan.directory, output: 'terminal', cancel });
}
