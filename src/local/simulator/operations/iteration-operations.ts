import { empty, json } from '../answers.ts';
import { PLATFORMS } from '../domains.ts';
import { exportModel } from '../model-exports.ts';
import { deleteIteration, publish, renameIteration, unpublish } from '../publishing.ts';
import type { ApiRequest } from '../request.ts';
import { badRequest } from '../service-error.ts';
import { train } from '../training.ts';
import { exportJson, iterationJson, workspaceJson } from '../wire.ts';
import type { Operation } from './operation.ts';
import { read, write } from './operation.ts';

const ITERATION = '/projects/{projectId}/iterations/{iterationId}';
const FLAVORS = Object.values(PLATFORMS).flat();

export const ITERATION_OPERATIONS: readonly Operation[] = [
  write('POST', 'TrainProject', '/projects/{projectId}/train', (request) => {
    request.json();
    const iteration = train(request.world, request.project(), {
      trainingType: request.choice('trainingType', ['Regular', 'Advanced']),
      reservedBudgetInHours: request.integer('reservedBudgetInHours', 0),
      force: request.flag('forceTrain'),
      ending: request.ending,
    });
    return json(iterationJson(request.world, request.project(), iteration, request.version));
  }),
  read('GetIterations', '/projects/{projectId}/iterations', (request) => {
    const { world, version } = request;
    const project = request.project();
    const trained = [...project.iterations.values()].map((one) => iterationJson(world, project, one, version));
    return json(world.unknowns.workspaceIteration === 'listed' ? [workspaceJson(project), ...trained] : trained);
  }),
  read('GetIteration', ITERATION, answerIteration),
  write('PATCH', 'UpdateIteration', ITERATION, (request) => {
    const { name } = request.json();
    if (typeof name !== 'string') throw badRequest('BadRequestRequiredParamIsNull', 'Expected a name.');
    renameIteration(request.world, request.project(), request.iteration(), name);
    return answerIteration(request);
  }),
  write('DELETE', 'DeleteIteration', ITERATION, (request) => {
    deleteIteration(request.world, request.project(), request.iteration());
    return empty(204);
  }),
  write('POST', 'PublishIteration', `${ITERATION}/publish`, (request) => {
    publish(request.world, request.project(), request.iteration(), {
      publishName: request.required('publishName'),
      predictionId: request.required('predictionId'),
      overwrite: request.flag('overwrite'),
    });
    return json(true);
  }),
  write('DELETE', 'UnpublishIteration', `${ITERATION}/publish`, (request) => {
    unpublish(request.world, request.project(), request.iteration());
    return empty(204);
  }),
  write('POST', 'ExportIteration', `${ITERATION}/export`, (request) => {
    const code = 'BadRequestExportValidationFailed';
    request.required('platform');
    const target = {
      platform: request.choice('platform', Object.keys(PLATFORMS), code) ?? '',
      flavor: request.choice('flavor', FLAVORS, code) ?? null,
    };
    const { world, version, ending } = request;
    return json(exportJson(world, exportModel(world, request.project(), request.iteration(), target, version, ending)));
  }),
  read('GetExports', `${ITERATION}/export`, (request) =>
    json(request.iteration().exports.map((made) => exportJson(request.world, made))),
  ),
];

function answerIteration(request: ApiRequest) {
  return json(iterationJson(request.world, request.project(), request.iteration(), request.version));
}
