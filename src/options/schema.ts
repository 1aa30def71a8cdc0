import { fileOptions, optionNamed, type Option } from './options.js';

function typeOf(option: Option): object {
  if (option.kind === 'boolean') {
    return { type: 'boolean' };
  }
  if (option.kind === 'port') {
    return { type: 'integer', minimum: 1, maximum: 65_535 };
  }
  if (option.kind === 'list') {
    return { type: 'array', items: { type: 'string' }, minItems: 1 };
  }
  if (option.choices !== undefined) {
    return { enum: option.choices.map((choice) => choice.value) };
  }
  return { type: 'string', minLength: 1 };
}

function property(option: Option): object {
  const fixed = typeof option.default === 'function' ? undefined : option.default;
  return {
    ...typeOf(option),
    description: option.summary,
    ...(fixed === undefined ? {} : { default: fixed }),
  };
}

/** A given option requires the answer that it needs, unless that is the default. */
function conditions(): object[] {
  return fileOptions
    .filter((option) => option.when !== undefined)
    .map((option) => ({
      if: { required: [option.name] },
      then: {
        properties: Object.fromEntries(
          Object.entries(option.when ?? {}).map(([name, value]) => [name, { const: value }]),
        ),
        required: Object.entries(option.when ?? {})
          .filter(([name, value]) => optionNamed(name).default !== value)
          .map(([name]) => name),
      },
    }));
}

/** What an answer includes may not be off. */
function inclusions(): object[] {
  return fileOptions.flatMap(({ name, includes }) =>
    includes === undefined
      ? []
      : {
          if: { properties: { [name]: { const: true } }, required: [name] },
          then: { properties: { [includes]: { const: true } } },
        },
  );
}

/** @returns the JSON Schema of an answers file, draft 2020-12 */
export function answersSchema(): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Answers of create-fastify-wss',
    type: 'object',
    properties: {
      $schema: { description: 'location of this schema' },
      ...Object.fromEntries(fileOptions.map((option) => [option.name, property(option)])),
    },
    additionalProperties: false,
    allOf: [...conditions(), ...inclusions()],
  };
}
