/** How a work item ended. */
export type Outcome =
  /** Another worker has the project; the item comes back when its lease may be free. */
  | 'busy'
  /** It was a notification that is older than what is known, or that work under way will look after. */
  | 'known'
  /** A wake that is due later looks at what this item was about. */
  | 'collapsed'
  /** The wake that this item was has been replaced by another. */
  | 'stale'
  /** The project is to be looked at again at a set time. */
  | 'waiting'
  | 'failed'
  | 'settled';
