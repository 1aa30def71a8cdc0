import type { Answers, AnswerValue, OptionName, World } from './answers.js';
import { InvalidValue, UserError } from '../core/errors.js';
import { flagOf, options, type KnownAnswers, type Option } from './options.js';

/** Where an answer can come from, the strongest first. */
const layerNames = ['flag', 'file', 'asked', 'default'] as const;
type LayerName = (typeof layerNames)[number];

/** The given answers, layer by layer, without defaults. */
export interface Layers {
  flag: Partial<Answers>;
  file: Partial<Answers>;
  asked: Partial<Answers>;
}

/** An option that contradicts another answer. */
interface Contradiction {
  error: UserError;
  /** Whether it remains whatever the user still answers. */
  certain: boolean;
}

export interface Resolution {
  /** Everything known so far; complete when nothing is in `gaps` without a default. */
  known: KnownAnswers;
  /** Options with a question that no layer answers, in the order in which they are asked. */
  gaps: Option[];
  contradictions: Contradiction[];
  warnings: string[];
}

interface Walk extends Resolution {
  from: Partial<Record<OptionName, LayerName>>;
}

/** The first unmet condition of an option. */
function closer(option: Option, known: KnownAnswers): OptionName | undefined {
  const names = options.map(({ name }) => name);
  return names.find((name) => {
    const needed = option.when?.[name];
    return needed !== undefined && known[name] !== needed;
  });
}

function sayNeed(option: Option): string {
  const needs = Object.entries(option.when ?? {}).map(([name, value]) =>
    value === true ? flagOf(name) : `${flagOf(name)} ${String(value)}`,
  );
  return needs.at(-1) ?? '';
}

function sayAnswer(name: OptionName, known: KnownAnswers): string {
  const value = known[name];
  return value === false ? `--no-${flagOf(name).slice(2)}` : `${flagOf(name)} ${String(value)}`;
}

function givenLayer(name: OptionName, layers: Layers): Exclude<LayerName, 'default'> | undefined {
  return (['flag', 'file', 'asked'] as const).find((layer) => layers[layer][name] !== undefined);
}

/** Handles an option that another answer excludes: ignores it, or adds an error. */
function judgeClosed(option: Option, closedBy: OptionName, layers: Layers, walk: Walk): void {
  const layer = givenLayer(option.name, layers);
  if (layer === undefined) {
    return;
  }
  const closing = walk.from[closedBy] ?? 'default';
  const weaker = layerNames.indexOf(layer) > layerNames.indexOf(closing);
  if (weaker || closing === 'asked') {
    const answer = sayAnswer(closedBy, walk.known);
    walk.warnings.push(`${flagOf(option.name)} is ignored: it has no effect with ${answer}.`);
    return;
  }
  const why = closing === 'default' ? '' : `, not ${sayAnswer(closedBy, walk.known)}`;
  const error = new UserError(
    `${flagOf(option.name)} needs ${sayNeed(option)}${why}.`,
    `Add ${sayNeed(option)}, or leave ${flagOf(option.name)} out.`,
    { code: 'contradiction', stage: 'answers' },
  );
  walk.contradictions.push({ error, certain: closing !== 'default' });
}

/** Checks an answer against the earlier ones; a default always fits. */
function judgeFit(option: Option, value: AnswerValue, walk: Walk): void {
  try {
    option.fits?.(value, walk.known);
  } catch (error) {
    if (!(error instanceof InvalidValue)) {
      throw error;
    }
    const context = { code: 'contradiction', stage: 'answers', cause: error } as const;
    const refused = new UserError(`${flagOf(option.name)}: ${error.message}`, error.fix, context);
    walk.contradictions.push({ error: refused, certain: true });
  }
}

/** Turns on what an answer includes, or adds an error if a layer at least as strong refuses it. */
function judgeIncluded({ name, includes }: Option, walk: Walk): void {
  if (includes === undefined || walk.known[name] !== true || walk.known[includes] === true) {
    return;
  }
  const refusing = walk.from[includes] ?? 'default';
  const given = walk.from[name] ?? 'default';
  const [flag, refusal] = [flagOf(name), sayAnswer(includes, walk.known)];
  const isStronger = layerNames.indexOf(given) < layerNames.indexOf(refusing);
  if (isStronger || refusing === 'asked') {
    walk.known = { ...walk.known, [includes]: true };
    walk.gaps = walk.gaps.filter((gap) => gap.name !== includes);
    if (refusing === 'file') {
      walk.warnings.push(`${refusal} is ignored: ${flag} includes ${flagOf(includes)}.`);
    }
    return;
  }
  const error = new UserError(
    `${flag} includes ${flagOf(includes)}, but ${refusal} was given.`,
    `Leave ${refusal} out, or pass --no-${flag.slice(2)}.`,
    { code: 'contradiction', stage: 'answers' },
  );
  walk.contradictions.push({ error, certain: true });
}

/** A list with entries such as +https://app.test begins with the default. */
function withDefault(value: AnswerValue, byDefault: AnswerValue | undefined): AnswerValue {
  if (!Array.isArray(value) || !value.some((entry) => entry.startsWith('+'))) {
    return value;
  }
  const start = Array.isArray(byDefault) ? byDefault : [];
  return [...new Set([...start, ...value.map((entry) => entry.replace(/^\+/, ''))])];
}

function valueOf(option: Option, layers: Layers, walk: Walk, world: World) {
  const layer: LayerName = givenLayer(option.name, layers) ?? 'default';
  const { default: given, additive } = option;
  const byDefault = typeof given === 'function' ? given(walk.known, world) : given;
  const value = layer === 'default' ? byDefault : layers[layer][option.name];
  const isAdded = additive === true && value !== undefined;
  return { layer, value: isAdded ? withDefault(value, byDefault) : value };
}

/**
 * Merges the layers, in this order: flag, answers file, prompt, default.
 * @param layers the given answers, each value checked
 * @returns what is known, and what is left to ask
 */
export function resolve(layers: Layers, world: World): Resolution {
  const walk: Walk = { known: {}, gaps: [], contradictions: [], warnings: [], from: {} };
  for (const option of options) {
    const closedBy = closer(option, walk.known);
    if (closedBy !== undefined) {
      judgeClosed(option, rootOf(closedBy, walk.known), layers, walk);
      continue;
    }
    const { layer, value } = valueOf(option, layers, walk, world);
    if (layer !== 'default' && value !== undefined) {
      judgeFit(option, value, walk);
    }
    walk.known = value === undefined ? walk.known : { ...walk.known, [option.name]: value };
    walk.from[option.name] = layer;
    judgeIncluded(option, walk);
    if (layer === 'default' && option.question?.optional?.(world) !== false && option.question) {
      walk.gaps.push(option);
    }
  }
  return walk;
}

/** `certSource` is absent because of `https`: names the answer that the user can change. */
function rootOf(name: OptionName, known: KnownAnswers): OptionName {
  const option = options.find((row) => row.name === name);
  const above = option === undefined ? undefined : closer(option, known);
  return above === undefined ? name : rootOf(above, known);
}

/** @returns whether every gap is filled, by an answer or by a default */
export function isComplete(known: KnownAnswers, gaps: Option[]): known is Answers {
  return gaps.every((option) => known[option.name] !== undefined);
}

/** @returns the error about missing answers in a run without prompts */
export function missingAnswers(missing: Option[], command: string, hints: string[]): UserError {
  const names = missing.map((option) => flagOf(option.name));
  const verb = names.length === 1 ? 'is' : 'are';
  return new UserError(`${names.join(', ')} ${verb} missing.`, `Run: ${command}`, {
    code: 'missing-answers',
    stage: 'answers',
    details: hints,
  });
}
