import { answersProperty } from './answers.js';
import { inputProperties } from './input.js';
import { printedProperties } from './printed.js';
import type { Property } from './property.js';

/** The properties that only need Node and sh. */
export const properties: Property[] = [answersProperty, ...inputProperties, ...printedProperties];
