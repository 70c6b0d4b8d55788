import type { Project, StorageUris } from '../facts/model.ts';
import type { Plan, PlanInput } from './types.ts';
import { look, step } from './types.ts';
import { secondsBetween, secondsSince } from '../facts/time.ts';
import type { WantedUris } from './policy.ts';
import type { Difference, Integration } from '../facts/record.ts';

/** The service may not show the URIs that it was given; without this limit every sweep would give them again. */
const BETWEEN_ATTEMPTS_IN_SECONDS = 86_400;
/** UpdateProject sends the whole project and could undo a change that a person has just made, so it waits this long. */
const QUIET_IN_SECONDS = 600;

export const URI_NAMES = ['exportModelContainerUri', 'notificationQueueUri'] as const;

/**
 * What is due about the source's two storage URIs; null where nothing is, or not now. It never holds up a copy: what
 * can't be done is noted and left until the next day.
 */
export function planIntegration({ record, observed, policy, now, isRequested = false }: PlanInput): Plan | null {
  const wanted = policy.integration;
  if (wanted === null || policy.dryRun || !observed.source || !isQuiet(observed.source.project, now)) return null;
  const known = aboutSame(record.integration, wanted);
  if (!isRequested && known !== null && !isDue(known, now)) return null;
  if (observed.sourceIntegration === undefined) return look('source-integration');
  const facts = { ...wanted, attemptedAt: now.toISOString(), differences: known?.differences ?? [] };
  const unproven = { ...facts, provenAt: null, provenBy: null };
  if ('problem' in observed.sourceIntegration) {
    const reason = observed.sourceIntegration.problem;
    return step({ do: 'note-integration', integration: { ...unproven, state: 'failed', reason } });
  }
  const { project, api } = observed.sourceIntegration;
  const elsewhere = pointingElsewhere(project.settings, wanted);
  if (elsewhere !== null) {
    return step({ do: 'note-integration', integration: { ...unproven, state: 'elsewhere', reason: elsewhere } });
  }
  if (showsBoth(project.settings, wanted)) {
    const proven = { state: 'integrated', provenAt: now.toISOString(), provenBy: 'echo', reason: null } as const;
    return step({ do: 'note-integration', integration: { ...facts, ...proven } });
  }
  return isQuiet(project, now) ? step({ do: 'integrate', project, api }) : null;
}

/** The stored facts, if they are about the URIs in today's settings. */
export function aboutSame(known: Integration | null, wanted: WantedUris): Integration | null {
  return known !== null && showsBoth(known, wanted) ? known : null;
}

/** Where a ConnectionTest message was the proof, asking the service again would show nothing. */
function isDue({ attemptedAt, provenBy }: Integration, now: Date): boolean {
  return provenBy !== 'connection-test' && secondsSince(attemptedAt, now) >= BETWEEN_ATTEMPTS_IN_SECONDS;
}

function isQuiet({ lastModified, drModeEnabled, status }: Project, now: Date): boolean {
  if (drModeEnabled || status !== 'Succeeded') return false;
  return lastModified === null || secondsBetween(lastModified, now) >= QUIET_IN_SECONDS;
}

/** A URL for comparison: host in lower case, no slash at the end, no query, which might hold a signature. */
function plain(uri: string): string {
  if (!URL.canParse(uri)) return uri;
  const { origin, pathname } = new URL(uri);
  return `${origin}${pathname.replace(/\/+$/, '')}`;
}

export function showsBoth(settings: StorageUris, wanted: WantedUris): boolean {
  return URI_NAMES.every((name) => settings[name] !== null && plain(settings[name]) === plain(wanted[name]));
}

/** Which URI points at other storage than the settings name, in words; null where neither does. */
export function pointingElsewhere(settings: StorageUris, wanted: WantedUris): string | null {
  const others = URI_NAMES.flatMap((name) => {
    const uri = settings[name];
    return uri === null || plain(uri) === plain(wanted[name]) ? [] : [`${name} is ${plain(uri)}`];
  });
  if (others.length === 0) return null;
  return `The project is integrated with other storage (${others.join('; ')}), and both URIs are left as they are. To have this app see to them, clear both on the project.`;
}

/** What differs between two readings of a project besides its storage URIs. */
export function changedBesides(before: Project, after: Project): Difference[] {
  const compared = (project: Project): Record<string, unknown> => {
    const { domainId, classificationType, targetExportPlatforms, useNegativeSet, detectionParameters } =
      project.settings;
    const augmentationMethods = Object.entries(project.settings.augmentationMethods).sort();
    return {
      name: project.name,
      description: project.description,
      domainId,
      classificationType,
      targetExportPlatforms: [...targetExportPlatforms].sort(),
      useNegativeSet,
      detectionParameters,
      augmentationMethods,
    };
  };
  const now = compared(after);
  return Object.entries(compared(before)).flatMap(([what, value]) => {
    const [expected, found] = [JSON.stringify(value), JSON.stringify(now[what])];
    return expected === found ? [] : [{ what, expected, found }];
  });
}

/** The roles that the training resource most likely lacks, as a sentence. */
export function rolesNeeded(host: string, { exportModelContainerUri, notificationQueueUri }: WantedUris): string {
  return `Give the system-assigned identity of the training resource ${host} the roles Storage Queue Data Contributor on ${notificationQueueUri} and Storage Blob Data Contributor on ${exportModelContainerUri}.`;
}

/** The facts after a ConnectionTest message; null where no proof was waited for. */
export function provenByConnectionTest(known: Integration | null, now: Date): Integration | null {
  if (known?.state !== 'unproven') return null;
  const provenAt = now.toISOString();
  return { ...known, state: 'integrated', provenAt, provenBy: 'connection-test', reason: null };
}
