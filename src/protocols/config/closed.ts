/** Of an object in the configuration: a key that nobody knows stops the start. */
export const closed = { additionalProperties: false } as const;
