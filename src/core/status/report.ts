import { attentionOf } from './attention.ts';
import type { ReportInput } from './status-facts.ts';
import { statusFacts } from './status-facts.ts';

/** What `GET /api/status` answers with: what is known, and what of it somebody should see to. */
export function statusReport(input: ReportInput) {
  const facts = statusFacts(input);
  const { schemaVersion, generatedAt, ...others } = facts;
  return { schemaVersion, generatedAt, attention: attentionOf(facts), ...others };
}

export type StatusReport = ReturnType<typeof statusReport>;
