import { containerOf, emptyObject, joined, newPiece } from './container.js';
import { type Document, endOf, type Node } from './document.js';
import { placesOf } from './key-order.js';
import { combined, type Fresh, type Inner, type List, type Outcome } from './outcome.js';
import { colonOf, indentAt, restyled, type Style, styleOf } from './style.js';
import { partsOf } from './values.js';

/** The texts that a result is made of. */
interface Sources {
  ours: Document;
  theirs: Document & { style: Style };
  /** How the owner writes. */
  style: Style;
}

/** @returns the indentation of the line in which a value of the owner begins */
function indentOf({ ours, style }: Sources, { offset }: Node): string {
  return style.isOneLine ? '' : indentAt(ours.text, offset);
}

function freshText({ theirs, style }: Sources, { value }: Fresh, indent: string): string {
  return typeof value === 'string' ? value : restyled(theirs, value, { style, indent });
}

/** @returns the text of a new value, for a line with an indentation */
function newText(sources: Sources, outcome: Outcome | undefined, indent: string): string {
  if (typeof outcome !== 'object' || outcome.kind === 'list') {
    throw new TypeError('A new key has no value.');
  }
  if (outcome.kind === 'fresh') {
    return freshText(sources, outcome, indent);
  }
  const { style } = sources;
  const container = emptyObject(style, indent);
  const pieces = placesOf([], outcome).map(({ item }) => {
    const value = newText(sources, outcome.outcomes.get(item), indent + style.unit);
    return newPiece(JSON.stringify(item) + style.colon + value);
  });
  return joined(container, pieces, style);
}

function changedText(sources: Sources, node: Node, outcome: Outcome | undefined): string {
  const { text } = sources.ours;
  if (typeof outcome !== 'object') {
    return text.slice(node.offset, endOf(node));
  }
  if (outcome.kind === 'fresh') {
    return freshText(sources, outcome, indentOf(sources, node));
  }
  return outcome.kind === 'list'
    ? listText(sources, node, outcome)
    : objectText(sources, node, outcome);
}

function listText(sources: Sources, node: Node, { removed, added }: List): string {
  const { ours, style } = sources;
  const container = containerOf(ours, node, style);
  const items = added.map(({ after, item }) => {
    const body = freshText(sources, { kind: 'fresh', value: item }, container.indent ?? '');
    return { after, item: newPiece(body) };
  });
  return joined(container, combined(container.pieces, removed, items), style);
}

function objectText(sources: Sources, node: Node, outcome: Inner): string {
  const { ours, style } = sources;
  const { outcomes } = outcome;
  const properties = node.children ?? [];
  const keys = properties.map((property) => partsOf(property).key);
  const gone = keys.flatMap((key, index) => (outcomes.get(key) === 'remove' ? [index] : []));
  const places = placesOf(keys, outcome);
  const effective = new Map(keys.map((key, index) => [key, index]));
  const container = containerOf(ours, node, style);
  const pieces = container.pieces.map((piece, index) => {
    const property = properties[index];
    const key = keys[index] ?? '';
    // Of equal keys, only the last one counts.
    if (property === undefined || effective.get(key) !== index) {
      return piece;
    }
    const { value } = partsOf(property);
    const start = ours.text.slice(property.offset, value.offset);
    return { ...piece, body: start + changedText(sources, value, outcomes.get(key)) };
  });
  const [first] = properties;
  const colon = first === undefined ? style.colon : colonOf(ours.text, first);
  const indent = container.indent ?? indentOf(sources, node);
  const added = places.map(({ after, item }) => {
    const value = newText(sources, outcomes.get(item), indent);
    return { after, item: newPiece(JSON.stringify(item) + colon + value) };
  });
  const isSame = pieces.length === 0 && added.length === 0;
  return isSame
    ? ours.text.slice(node.offset, endOf(node))
    : joined(container, combined(pieces, new Set(gone), added), style);
}

/** @returns the owner's text with what happens to its value; all else keeps its bytes */
export function rendered(ours: Document, outcome: Outcome, theirs: Document): string {
  const { text, mark, root } = ours;
  const sources = { ours, theirs: { ...theirs, style: styleOf(theirs) }, style: styleOf(ours) };
  const value = changedText(sources, root, outcome);
  return mark + text.slice(0, root.offset) + value + text.slice(endOf(root));
}
