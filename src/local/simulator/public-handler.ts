import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Answer } from './answers.ts';
import { bytes, text } from './answers.ts';
import { readArtifact } from './artifacts.ts';
import { openSnapshot } from './project-exports.ts';
import { send } from './replies.ts';
import { isSigned } from './signed-url.ts';
import type { World } from './world.ts';

/** Answers what is read by a signed URL alone: exported projects, images and models. */
export async function handlePublic(world: World, rawUrl: string, response: ServerResponse): Promise<void> {
  const [path = '', ...rest] = rawUrl.split('?');
  response.setHeader('x-ms-request-id', randomUUID());
  await send(response, answer(world, path, rest.join('?')));
}

function answer(world: World, path: string, rawQuery: string): Answer {
  if (path.startsWith('/prjexp-')) {
    const snapshot = openSnapshot(world, path, rawQuery);
    return snapshot === null ? denied() : text(snapshot, 'application/json');
  }
  if (!isSigned(world, path, rawQuery)) return denied();
  const artifact = readArtifact(world, path);
  return artifact === null ? missing() : bytes(artifact.bytes, artifact.mediaType);
}

function denied(): Answer {
  return xml(403, 'AuthenticationFailed', 'The signature is wrong or has expired.');
}

function missing(): Answer {
  return xml(404, 'BlobNotFound', 'There is no such blob.');
}

function xml(status: number, code: string, message: string): Answer {
  const body = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return text(body, 'application/xml', status);
}
