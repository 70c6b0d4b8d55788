import type { Step } from '../../core/plan/types.ts';

/** How far a step reaches. */
type Kind =
  /** It only writes facts down: what was observed before it still stands. */
  | 'note'
  /** It changes nothing but the record, and all is looked at anew after it. */
  | 'record'
  /** Routing, or what the record says of it: which copy is the one in use. */
  | 'routing'
  /** One of the two resources. */
  | 'resource';

const KINDS: { readonly [Name in Step['do']]: Kind } = {
  import: 'resource',
  adopt: 'record',
  'end-run': 'record',
  'note-imported': 'note',
  mark: 'resource',
  unlink: 'resource',
  'note-verified': 'note',
  discard: 'resource',
  'keep-unverified': 'resource',
  'intend-names': 'note',
  'rename-predecessor': 'resource',
  rename: 'resource',
  switch: 'routing',
  publish: 'resource',
  unpublish: 'resource',
  'note-published': 'note',
  align: 'resource',
  route: 'routing',
  'note-proof': 'note',
  'note-held': 'note',
  rebuild: 'record',
  promote: 'routing',
  pin: 'record',
  recheck: 'record',
  'keep-waiting': 'resource',
  'route-active': 'routing',
  'decide-as-routed': 'routing',
  leave: 'resource',
  'drop-work': 'record',
  retire: 'resource',
  forget: 'routing',
  integrate: 'resource',
  'note-integration': 'note',
};

/** Whether what was observed before this step still stands after it. */
export function isNote(step: Step): boolean {
  return KINDS[step.do] === 'note';
}

/** Whether a step changes nothing but the record, so that it is carried out while DRY_RUN is on. */
export function isOnRecordOnly(step: Step): boolean {
  return isNote(step) || KINDS[step.do] === 'record';
}

/** Steps beside the copying: that they went well says nothing of what failed there. */
export const SIDE_WORK: ReadonlySet<Step['do']> = new Set<Step['do']>(['integrate', 'note-integration']);
