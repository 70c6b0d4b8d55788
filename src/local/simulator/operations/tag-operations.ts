import { empty, json } from '../answers.ts';
import type { ApiRequest } from '../request.ts';
import type { StoredTag } from '../state.ts';
import { createTag, deleteTag, tagOf, updateTag } from '../tags.ts';
import { tagsJson } from '../wire.ts';
import type { Operation } from './operation.ts';
import { read, write } from './operation.ts';

const TAG = '/projects/{projectId}/tags/{tagId}';

export const TAG_OPERATIONS: readonly Operation[] = [
  read('GetTags', '/projects/{projectId}/tags', (request) => json(tagsJson(request.project()))),
  read('GetTag', TAG, (request) => answerTag(request, tagOf(request.project(), request.param('tagId')))),
  write('POST', 'CreateTag', '/projects/{projectId}/tags', (request) => {
    const tag = createTag(request.world, request.project(), {
      name: request.required('name'),
      description: request.optional('description'),
      type: request.choice('type', ['Regular', 'Negative', 'GeneralProduct'], 'BadRequestTagType'),
    });
    return answerTag(request, tag);
  }),
  write('PATCH', 'UpdateTag', TAG, (request) => {
    const { name, description } = request.json();
    const tag = tagOf(request.project(), request.param('tagId'));
    updateTag(request.world, request.project(), tag, {
      ...(typeof name === 'string' && { name }),
      ...(typeof description === 'string' && { description }),
    });
    return answerTag(request, tag);
  }),
  write('DELETE', 'DeleteTag', TAG, (request) => {
    deleteTag(request.world, request.project(), tagOf(request.project(), request.param('tagId')));
    return empty(204);
  }),
];

function answerTag(request: ApiRequest, tag: StoredTag) {
  return json(tagsJson(request.project(), [tag])[0]);
}
