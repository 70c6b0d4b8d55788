import { status } from '../../app/queries.ts';
import type { StatusReport } from '../../core/status/report.ts';
import { duration } from '../../core/status/words.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Session } from '../session.ts';

const EXIT_CODES: Readonly<Record<StatusReport['verdict']['level'], ExitCode>> = {
  ok: EXIT.ok,
  starting: EXIT.ok,
  warning: EXIT.warning,
  critical: EXIT.failed,
  unknown: EXIT.unknown,
};

/** The verdict, what needs attention, and the projects, from what is stored: whether or not the function app runs. */
export async function showStatus(session: Session): Promise<ExitCode> {
  const { printer } = session;
  const { report } = await status(session.look());
  const { verdict, attention, projects } = report;
  printer.json({ status: report });
  printer.line(printer.level(verdict.level, verdict.headline));
  printer.line([verdict.sentence, verdict.action].filter((text) => text !== '').join(' '));
  if (verdict.runbook !== null) printer.line(`Runbook: ${verdict.runbook}`);
  for (const { level, code, projectName, message, hint } of attention) {
    printer.line();
    const about = projectName === null ? '' : ` ${projectName}`;
    printer.line(`${printer.level(level, level)} ${code}${about}: ${message}`);
    printer.line(`  ${hint}`);
  }
  if (projects.length > 0) printer.line();
  printer.table(['project', 'sync', 'at risk', 'fail-over', 'active', 'published as'], projects.map(rowOf));
  return EXIT_CODES[verdict.level];
}

function rowOf({ name, sync, atRiskSeconds, readiness, active, replica }: StatusReport['projects'][number]): string[] {
  const atRisk = atRiskSeconds === null ? 'all of it' : duration(atRiskSeconds);
  return [name, sync, atRisk, readiness.state, active, replica?.publishedAs.join(', ') ?? 'no copy'];
}
