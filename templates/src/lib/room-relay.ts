/** The members of a room, and whether those on other instances are included. */
export interface RoomCount {
  members: number;
  complete: boolean;
}

/** A message to a room, and the user who sent it. */
export interface RoomMessage {
  data: unknown;
  from?: string;
}

/** Connects the rooms of this instance with those of the others. */
export interface RoomRelay {
  /** Resolves when messages of the other instances arrive. May be called for each member. */
  open: (room: string) => Promise<void>;
  /** Called when the number of members on this instance changed; 0 when the last one left. */
  changed: (room: string, members: number) => void;
  publish: (room: string, message: RoomMessage) => void;
  /** The members on other instances. */
  count: (room: string) => Promise<RoomCount>;
}
