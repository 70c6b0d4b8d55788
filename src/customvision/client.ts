import { z } from 'zod';
import { isGuid } from '../core/facts/guid.ts';
import { isFailure } from '../core/facts/failure.ts';
import type { ResourceHealth } from '../core/facts/resource-health.ts';
import type { Image, Iteration, Project, ProjectExport, StorageUris, Tag, TrainingApi } from '../core/facts/model.ts';
import type { Domain, ModelExport } from '../core/facts/model-export.ts';
import type { ProjectUpdate, ProjectWriter } from '../replicator/ports/custom-vision.ts';
import { badArgument } from './failures.ts';
import { OPERATIONS, type Call, type Operation } from './operations.ts';
import { storageUris, updateProjectBody } from './requests.ts';
import { DEFAULT_LIMITS, Transport, type CallCounts, type Limits, type TransportOptions } from './transport.ts';
import { TagNames } from './tag-names.ts';
import * as wire from './wire.ts';

const PROJECTS = z.array(wire.anyProjectSchema);
/** What happened has happened, however odd the project looks; without an id nobody knows to what. */
const AFFECTED_PROJECT = wire.anyProjectSchema.refine(({ id }) => id !== '', { error: 'it has no id' });

/** The most images that one page of GetImages holds. */
const MAX_IMAGES_PER_PAGE = 256;

export interface CustomVisionClientOptions extends Pick<
  TransportOptions,
  'endpoint' | 'authorization' | 'timing' | 'callsPerSecond' | 'holds' | 'connections'
> {
  readonly apiVersion: string;
  /** The version by which the two storage URIs are read and written. */
  readonly storageIntegrationApiVersion: string;
  readonly limits?: Partial<Limits>;
}

type Query = [name: string, value: string][];
/** What a call needs besides its operation and path. */
type CallDetails = Pick<Call, 'query' | 'body' | 'secrets'> & { readonly apiVersion?: string };

/**
 * One Custom Vision training resource, as source or as target. Every method throws a ReplicationFailure for whatever
 * goes wrong, or the reason of its signal once that aborts. Reads, UpdateProject, deletes, UnpublishIteration and
 * PublishIteration with `overwrite` are sent again where that may help; nothing else ever is.
 */
export class CustomVisionClient implements ProjectWriter {
  readonly host: string;
  readonly storageApis: readonly TrainingApi[];
  readonly #transport: Transport;
  readonly #tagNames = new TagNames();
  readonly #apiVersions: Readonly<Record<TrainingApi, string>>;

  constructor(options: CustomVisionClientOptions) {
    const { apiVersion: main, storageIntegrationApiVersion: storageIntegration } = options;
    this.#apiVersions = { main, 'storage-integration': storageIntegration };
    this.storageApis = main === storageIntegration ? ['main'] : ['storage-integration', 'main'];
    this.#transport = new Transport({
      endpoint: options.endpoint,
      authorization: options.authorization,
      callsPerSecond: options.callsPerSecond,
      limits: { ...DEFAULT_LIMITS, ...options.limits },
      timing: options.timing,
      ...(options.holds === undefined ? {} : { holds: options.holds }),
      ...(options.connections === undefined ? {} : { connections: options.connections }),
    });
    this.host = this.#transport.host;
  }

  /** What was sent since this was last asked for. */
  takeCounts(): CallCounts {
    return this.#transport.takeCounts();
  }

  /** What the calls of this process have shown of the resource. */
  get health(): ResourceHealth {
    return this.#transport.health;
  }

  /** Lets the calls that are under way end, then closes the connections. */
  async close(): Promise<void> {
    await this.#transport.close();
  }

  async getProjects(signal: AbortSignal): Promise<Project[]> {
    return this.#transport.read(this.#call(OPERATIONS.getProjects, 'projects'), PROJECTS, signal);
  }

  async getProject(projectId: string, signal: AbortSignal, api: TrainingApi = 'main'): Promise<Project> {
    const call = this.#projectCall(OPERATIONS.getProject, projectId, '', { apiVersion: this.#apiVersions[api] });
    return this.#transport.read(call, wire.projectSchema, signal);
  }

  async exportProject(projectId: string, signal: AbortSignal): Promise<ProjectExport> {
    const call = this.#projectCall(OPERATIONS.exportProject, projectId, '/export');
    return this.#transport.read(call, wire.projectExportSchema, signal);
  }

  /** The token as ExportProject gave it, in clear: what looks encoded in it is part of it. */
  async importProject(token: string, name: string, signal: AbortSignal): Promise<Project> {
    const query: Query = [
      ['token', token],
      ['name', name],
    ];
    const call = this.#call(OPERATIONS.importProject, 'projects/import', { query, secrets: [token] });
    return this.#transport.read(call, AFFECTED_PROJECT, signal);
  }

  /** With a storage URI in the settings it goes to the storage-integration API version. */
  async updateProject(projectId: string, update: ProjectUpdate, signal: AbortSignal): Promise<Project> {
    const call = this.#projectCall(OPERATIONS.updateProject, projectId, '', {
      body: updateProjectBody(update),
      ...(storageUris(update.settings) === null ? {} : { apiVersion: this.#apiVersions['storage-integration'] }),
    });
    return this.#transport.read(call, AFFECTED_PROJECT, signal);
  }

  /** The storage URIs as they are given, null and empty texts too; every other setting as `updateProject` sends it. */
  async updateStorageUris(
    projectId: string,
    update: ProjectUpdate,
    uris: StorageUris,
    api: TrainingApi,
    signal: AbortSignal,
  ): Promise<Project> {
    const details = { body: updateProjectBody(update, uris), apiVersion: this.#apiVersions[api] };
    const call = this.#projectCall(OPERATIONS.updateProject, projectId, '', details);
    return this.#transport.read(call, AFFECTED_PROJECT, signal);
  }

  /** A project that is gone already is a success. */
  async deleteProject(projectId: string, signal: AbortSignal): Promise<void> {
    const call = this.#projectCall(OPERATIONS.deleteProject, projectId, '');
    await this.#sendUnless((error) => isFailure(error, 'not-found'), call, signal);
  }

  async getDomain(domainId: string, signal: AbortSignal): Promise<Domain> {
    const operation = OPERATIONS.getDomain;
    this.#checkId(operation, 'domain id', domainId);
    return this.#transport.read(this.#call(operation, `domains/${domainId}`), wire.domainSchema, signal);
  }

  async getIterations(projectId: string, signal: AbortSignal): Promise<Iteration[]> {
    const call = this.#projectCall(OPERATIONS.getIterations, projectId, '/iterations');
    return this.#transport.read(call, wire.listOf(wire.iterationSchema), signal);
  }

  /**
   * Makes a trained iteration answer predictions under a name. The prediction resource is given by its full Azure
   * resource id and must be in the region of this one. With `overwrite`, another iteration may lose that name.
   */
  async publishIteration(
    projectId: string,
    iterationId: string,
    publishName: string,
    predictionResourceId: string,
    overwrite: boolean,
    signal: AbortSignal,
  ): Promise<void> {
    const operation = { ...OPERATIONS.publishIteration, repeatable: overwrite };
    const query: Query = [
      ['publishName', publishName],
      ['predictionId', predictionResourceId],
      ['overwrite', String(overwrite)],
    ];
    const call = this.#iterationCall(operation, projectId, iterationId, '/publish', { query });
    await this.#transport.read(call, wire.publishedSchema, signal);
  }

  /** An iteration that is not published is a success. */
  async unpublishIteration(projectId: string, iterationId: string, signal: AbortSignal): Promise<void> {
    const call = this.#iterationCall(OPERATIONS.unpublishIteration, projectId, iterationId, '/publish');
    const isUnpublished = (error: unknown) => isFailure(error) && error.code === 'BadRequestIterationNotPublished';
    await this.#sendUnless(isUnpublished, call, signal);
  }

  /** Begins to make a package of a trained model; GetExports tells when it is done. */
  async exportIteration(
    projectId: string,
    iterationId: string,
    platform: string,
    flavor: string | null,
    signal: AbortSignal,
  ): Promise<ModelExport> {
    const query: Query = [['platform', platform]];
    if (flavor !== null) query.push(['flavor', flavor]);
    const call = this.#iterationCall(OPERATIONS.exportIteration, projectId, iterationId, '/export', { query });
    return this.#transport.read(call, wire.modelExportSchema, signal);
  }

  async getExports(projectId: string, iterationId: string, signal: AbortSignal): Promise<ModelExport[]> {
    const call = this.#iterationCall(OPERATIONS.getExports, projectId, iterationId, '/export');
    return this.#transport.read(call, wire.listOf(wire.modelExportSchema), signal);
  }

  async getTags(projectId: string, signal: AbortSignal): Promise<Tag[]> {
    const call = this.#projectCall(OPERATIONS.getTags, projectId, '/tags');
    return this.#transport.read(call, wire.listOf(wire.tagSchema), signal);
  }

  async getIterationTags(projectId: string, iterationId: string, signal: AbortSignal): Promise<Tag[]> {
    const operation = OPERATIONS.getTags;
    this.#checkId(operation, 'iteration id', iterationId);
    const call = this.#projectCall(operation, projectId, '/tags', { query: [['iterationId', iterationId]] });
    return this.#transport.read(call, wire.listOf(wire.tagSchema), signal);
  }

  async getImageCount(projectId: string, signal: AbortSignal): Promise<number> {
    const call = this.#projectCall(OPERATIONS.getImageCount, projectId, '/images/count');
    return this.#transport.read(call, wire.imageCountSchema, signal);
  }

  /** Oldest first, so that images which are added meanwhile come after the pages that were read. */
  async getImages(projectId: string, page: { skip: number; take: number }, signal: AbortSignal): Promise<Image[]> {
    const operation = OPERATIONS.getImages;
    const { skip, take } = page;
    if (!Number.isInteger(take) || take < 1 || take > MAX_IMAGES_PER_PAGE) {
      throw badArgument(`take is ${take}; a page holds 1 to ${MAX_IMAGES_PER_PAGE} images.`, operation, this.host);
    }
    if (!Number.isInteger(skip) || skip < 0) {
      throw badArgument(`skip is ${skip}; it must be a whole number from 0.`, operation, this.host);
    }
    const query: Query = [
      ['orderBy', 'Oldest'],
      ['take', String(take)],
      ['skip', String(skip)],
    ];
    const call = this.#projectCall(operation, projectId, '/images', { query });
    const images = await this.#transport.read(call, wire.listOf(wire.imageSchema), signal);
    if (skip === 0) this.#tagNames.forget(projectId);
    const readTags = (): Promise<Tag[]> => this.getTags(projectId, signal);
    return this.#tagNames.named(projectId, images, readTags);
  }

  #call(operation: Operation, path: string, details: CallDetails = {}): Call {
    return { apiVersion: this.#apiVersions.main, ...details, operation, path };
  }

  #projectCall(operation: Operation, projectId: string, rest: string, details?: CallDetails): Call {
    this.#checkId(operation, 'project id', projectId);
    return this.#call(operation, `projects/${projectId}${rest}`, details);
  }

  #iterationCall(
    operation: Operation,
    projectId: string,
    iterationId: string,
    rest: string,
    details?: CallDetails,
  ): Call {
    this.#checkId(operation, 'iteration id', iterationId);
    return this.#projectCall(operation, projectId, `/iterations/${iterationId}${rest}`, details);
  }

  #checkId(operation: Operation, what: string, id: string): void {
    if (isGuid(id)) return;
    throw badArgument(`the ${what} ${JSON.stringify(id)} is not a GUID.`, operation, this.host);
  }

  async #sendUnless(isDone: (error: unknown) => boolean, call: Call, signal: AbortSignal): Promise<void> {
    try {
      await this.#transport.send(call, signal);
    } catch (error) {
      if (!isDone(error)) throw error;
    }
  }
}
