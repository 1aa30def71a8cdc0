/** A JSON Schema, as far as those of this repository go. */
export interface Schema {
  type?: string;
  const?: unknown;
  enum?: readonly unknown[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: boolean;
  minLength?: number;
  minimum?: number;
  pattern?: string;
  default?: unknown;
}

function valuesOf(schema: Schema): unknown[] {
  return 'const' in schema ? [schema.const] : [...(schema.enum ?? [])];
}

/** Another value that is allowed is an addition, so each is an item. */
function valueItems(path: string, schema: Schema): [string, string][] {
  return valuesOf(schema).map((value) => [`${path} = ${String(value)}`, '']);
}

function formOf({ type = 'value', default: byDefault }: Schema, optional: string): string {
  const text = byDefault === undefined ? '' : `, default ${JSON.stringify(byDefault)}`;
  return `${type}${optional}${text}`;
}

function propertyItems(path: string, schema: Schema, optional: string): [string, string][] {
  const own: [string, string] = [path, formOf(schema, optional)];
  return [own, ...valueItems(path, schema), ...schemaItems(schema, path)];
}

/**
 * @returns every path in a document with its form, such as `files[].mode`. An optional one ends in `?`, so
 *   that a value which may be missing from now on counts as a change.
 */
export function schemaItems(schema: Schema, path = ''): [string, string][] {
  if (schema.items !== undefined) {
    const each = `${path}[]`;
    return [...valueItems(each, schema.items), ...schemaItems(schema.items, each)];
  }
  return Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => {
    const optional = schema.required?.includes(name) === true ? '' : '?';
    return propertyItems(path === '' ? name : `${path}.${name}`, inner, optional);
  });
}
