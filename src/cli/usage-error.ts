/** A command that was called in a way that makes no sense; its message says what does. */
export class UsageError extends Error {}
