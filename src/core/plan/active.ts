import { activeOf } from '../facts/decision.ts';
import type { Plan, PlanInput } from './types.ts';
import { look, step } from './types.ts';

/**
 * Before anything else routing sends clients where somebody has decided, whatever keeps the rest from being done; this
 * takes no call to either resource. Null where it does, or names no copy yet.
 */
export function planActive({ decision, observed }: PlanInput): Plan | null {
  const { route } = observed;
  if (decision === null) return route?.active === 'secondary' ? step({ do: 'decide-as-routed', route }) : null;
  if (route === undefined) return look('route');
  if (route === null || route.active === activeOf(decision)) return null;
  return step({ do: 'route-active', decision });
}
