import type { FromSchema } from 'json-schema-to-ts';

const room = { type: 'string', pattern: '^[\\w-]{1,64}$' } as const;
const id = { type: 'string', maxLength: 64 } as const;
const count = { type: 'integer', minimum: 0 } as const;

/** What clients may send, by `type`. The answer repeats `id`. */
export const clientMessages = {
  join: {
    type: 'object',
    required: ['type', 'room'],
    properties: { type: { const: 'join' }, room, id },
    additionalProperties: false,
  },
  leave: {
    type: 'object',
    required: ['type', 'room'],
    properties: { type: { const: 'leave' }, room, id },
    additionalProperties: false,
  },
  count: {
    type: 'object',
    required: ['type', 'room'],
    properties: { type: { const: 'count' }, room, id },
    additionalProperties: false,
  },
  publish: {
    type: 'object',
    required: ['type', 'room', 'data'],
    properties: {
      type: { const: 'publish' },
      room,
      id,
      // Any JSON. Put the schema of your own messages here.
      data: {},
      to: { enum: ['all', 'others'] },
    },
    additionalProperties: false,
  },
} as const;

/** What the service sends, by `type`. */
export const serverMessages = {
  joined: {
    type: 'object',
    required: ['type', 'room', 'members', 'shared', 'complete'],
    properties: {
      type: { const: 'joined' },
      room,
      id,
      members: count,
      /** Whether messages from other instances arrive. */
      shared: { type: 'boolean' },
      /** Whether `members` includes those of other instances. */
      complete: { type: 'boolean' },
    },
    additionalProperties: false,
  },
  left: {
    type: 'object',
    required: ['type', 'room'],
    properties: { type: { const: 'left' }, room, id },
    additionalProperties: false,
  },
  count: {
    type: 'object',
    required: ['type', 'room', 'members', 'complete'],
    properties: {
      type: { const: 'count' },
      room,
      id,
      members: count,
      complete: { type: 'boolean' },
    },
    additionalProperties: false,
  },
  message: {
    type: 'object',
    required: ['type', 'room', 'data'],
    properties: {
      type: { const: 'message' },
      room,
      data: {},
      /** The user who sent it, if the service knows users. */
      from: { type: 'string' },
    },
    additionalProperties: false,
  },
  /** This client read too slowly: the number of messages that it missed. */
  missed: {
    type: 'object',
    required: ['type', 'count'],
    properties: { type: { const: 'missed' }, count },
    additionalProperties: false,
  },
  /** Messages from other instances may have been lost. */
  gap: {
    type: 'object',
    required: ['type'],
    properties: { type: { const: 'gap' } },
    additionalProperties: false,
  },
  error: {
    type: 'object',
    required: ['type', 'code', 'message'],
    properties: {
      type: { const: 'error' },
      code: { enum: ['invalid', 'not-a-member', 'too-many-rooms', 'room-full', 'too-much'] },
      message: { type: 'string' },
      room,
      id,
    },
    additionalProperties: false,
  },
} as const;

type OneOf<Schemas extends Record<string, object>> = {
  [Type in keyof Schemas]: FromSchema<Schemas[Type]>;
}[keyof Schemas];

export type ClientMessage = OneOf<typeof clientMessages>;
export type ServerMessage = OneOf<typeof serverMessages>;
export type ErrorCode = FromSchema<(typeof serverMessages)['error']>['code'];

/** A message that cannot be carried out. The client gets the code and the message. */
export class RoomError extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string) {
    super(message);
    this.name = 'RoomError';
    this.code = code;
  }
}
