import { attentionOf } from './attention.ts';
import type { ReportInput } from './status-facts.ts';
import { statusFacts } from './status-facts.ts';
import { verdictOf } from './verdict.ts';

/** What `GET /api/status` answers with: what is known, and what of it somebody should see to. */
export function statusReport(input: ReportInput) {
  const facts = statusFacts(input);
  const { schemaVersion, generatedAt, app, ...others } = facts;
  const attention = attentionOf(facts);
  return { schemaVersion, generatedAt, app, verdict: verdictOf(facts, attention), attention, ...others };
}

export type StatusReport = ReturnType<typeof statusReport>;
